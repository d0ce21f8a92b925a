import { userFolder } from './environment.ts';
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { BinaryDataService, InstanceSettings } from 'n8n-core';
import { LoggerProxy } from 'n8n-workflow';
import { mkdirSync } from 'node:fs';
import { inspect } from 'node:util';

export interface LogLine {
	level: 'error' | 'warn' | 'info' | 'debug';
	message: string;
	/** Message and metadata as one text, nothing shortened: what a log file could show. */
	text: string;
}

const sinks = new Set<LogLine[]>();

const write = (level: LogLine['level']) => (message: string, metadata?: object) => {
	const details =
		metadata === undefined
			? ''
			: ` ${inspect(metadata, { depth: 12, maxArrayLength: null, maxStringLength: null })}`;
	for (const sink of sinks) sink.push({ level, message, text: `${message}${details}` });
};

/** Stands in for n8n's winston logger, all levels on. */
const capturingLogger = {
	error: write('error'),
	warn: write('warn'),
	info: write('info'),
	debug: write('debug'),
	scoped: () => capturingLogger,
};

/** Readies n8n-core for one engine, whose logs it collects until it is released. */
export async function acquireRuntime(logs: LogLine[]): Promise<() => void> {
	if (sinks.size === 0) {
		mkdirSync(userFolder, { recursive: true });
		Container.set(Logger, capturingLogger as unknown as Logger);
		LoggerProxy.init(capturingLogger);
		Container.get(InstanceSettings);
		await Container.get(BinaryDataService).init();
	}
	sinks.add(logs);
	return () => void sinks.delete(logs);
}
