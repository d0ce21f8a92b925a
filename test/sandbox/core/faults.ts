import { z } from 'zod';
import type { FaultSpec, FaultStatus, RequestKind } from '../types.ts';

/** Also validates faults from HTTP requests: a misspelled fault must not be ignored. */
const faultSchema = z
	.object({
		kind: z.union([z.string().min(1), z.array(z.string().min(1))]).optional(),
		host: z.enum(['api', 'media']).optional(),
		method: z.string().min(1).optional(),
		path: z.string().min(1).optional(),
		match: z.string().min(1).optional(),
		status: z.number().int().min(200).max(599).optional(),
		body: z.unknown(),
		headers: z.record(z.string()).optional(),
		reset: z.boolean().optional(),
		stall: z.boolean().optional(),
		after: z.enum(['handled', 'before']).optional(),
		delayMs: z.number().int().min(0).optional(),
		times: z.number().int().min(0).optional(),
		skip: z.number().int().min(0).optional(),
	})
	.strict();

/** The properties of a request that faults are matched against. */
export interface Target {
	host: 'api' | 'media';
	/** Absent at the media host. */
	kind?: RequestKind;
	method: string;
	/** Path with its query. */
	path: string;
	body: string;
}

/** A fault that was selected for one request. */
export interface DrawnFault {
	id: string;
	spec: FaultSpec;
}

interface Entry {
	id: string;
	spec: FaultSpec;
	fits: (target: Target) => boolean;
	seen: number;
	fired: number;
}

/** Scripted faults: the first active fault that matches answers the request. */
export class Faults {
	private entries: Entry[] = [];
	private count = 0;

	/** Adds a fault and returns its ID. Throws if the description is invalid. */
	add(spec: FaultSpec): string {
		const checked = faultSchema.parse(spec) as FaultSpec;
		const id = `fault-${++this.count}`;
		this.entries.push({ id, spec: checked, fits: matcher(checked), seen: 0, fired: 0 });
		return id;
	}

	remove(id: string): void {
		this.entries = this.entries.filter((entry) => entry.id !== id);
	}

	clear(): void {
		this.entries = [];
	}

	list(): FaultStatus[] {
		return this.entries.map((entry) => ({
			id: entry.id,
			spec: entry.spec,
			fired: entry.fired,
			active: isActive(entry),
		}));
	}

	/** The fault for this request, if any. Using it counts as one of its times. */
	draw(target: Target): DrawnFault | undefined {
		for (const entry of this.entries) {
			if (!isActive(entry) || !entry.fits(target)) continue;
			entry.seen += 1;
			if (entry.seen <= (entry.spec.skip ?? 0)) continue;
			entry.fired += 1;
			return { id: entry.id, spec: entry.spec };
		}
		return undefined;
	}
}

function isActive({ spec, fired }: Entry): boolean {
	const times = spec.times ?? 1;
	return times === 0 || fired < times;
}

function matcher(spec: FaultSpec): (target: Target) => boolean {
	const { path, match, kind } = spec;
	const kinds = typeof kind === 'string' ? [kind] : kind;
	const method = spec.method?.toUpperCase();
	const pattern = path?.startsWith('^') ? new RegExp(path) : undefined;
	const fitsPath = (actual: string) =>
		path === undefined || (pattern ? pattern.test(actual) : actual.startsWith(path));
	return (target) =>
		target.host === (spec.host ?? 'api') &&
		(kinds === undefined || (target.kind !== undefined && kinds.includes(target.kind))) &&
		(method === undefined || method === target.method) &&
		fitsPath(target.path) &&
		(match === undefined || target.body.includes(match));
}
