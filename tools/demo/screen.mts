// The output of the demo: one line per event, in aligned columns, with colour only in a terminal.
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string): string =>
	styleText(style, text, { stream: process.stdout });

let muted = false;

/** Stops all output except that of say(), when the demo is ending. */
export const mute = (): void => void (muted = true);

export function say(text = ''): void {
	console.log(text);
}

function line(text: string): void {
	if (!muted) say(text);
}

export const title = (text: string): void => line(`\n${paint('bold', text)}`);

/** A completed setup step. */
export const done = (what: string, details: string): void =>
	line(`  ${paint('green', '✓')} ${what.padEnd(18)} ${details}`);

/** Progress of a long step. */
export const progress = (text: string): void => line(`    ${paint('dim', text.trim())}`);

/** An event of a SKU, `ms` after the start. */
export function happened(ms: number, sku: string, what: string, details: string): void {
	const time = `${(ms / 1000).toFixed(1).padStart(6)} s`;
	line(`${paint('dim', time)}  ${sku.padEnd(10)} ${paint('cyan', what.padEnd(10))} ${details}`);
}

export const failed = (text: string): void => line(`\n${paint('red', '✗')} ${text}`);

export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
