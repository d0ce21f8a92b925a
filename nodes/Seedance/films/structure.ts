import { failure, inputFault, success, type Outcome } from '../core/fault';
import type { Bytes } from './clip';

/** A box that is read, or a gap of boxes that are not. */
export type Piece = { start: number; bytes: Uint8Array } | { start: number; length: number };

/** An MP4 file without its media data. */
export interface Structure {
	pieces: Piece[];
	/** In bytes. */
	fileSize: number;
}

/** The boxes that tell what is in the file: its type, its tables, and those of each fragment. */
const READ = new Set(['ftyp', 'moov', 'moof']);
/** With which files begin. */
const FIRST = new Set(['ftyp', 'styp', 'moov', 'mdat', 'free', 'skip', 'wide']);
/** The tables of an hour of video have less than 10 MB. */
const MAX_TABLES_BYTES = 32 * 1024 ** 2;
/** A box's length and type, and its length again if it needs 64 bits. */
const HEADER = 8;
const LARGE_HEADER = 16;

/**
 * Reads a file up to its end and keeps only the boxes with the tables. The fault's message continues "The clip of item 1 …".
 */
export async function readStructure(file: Bytes): Promise<Outcome<Structure>> {
	const scanner = new Scanner();
	for await (const chunk of file) {
		scanner.add(chunk);
		if (scanner.problem) break;
	}
	return scanner.end();
}

class Scanner {
	problem: string | undefined;
	private readonly pieces: Piece[] = [];
	private position = 0;
	private kept = 0;
	/** Bytes of a header, or of a box that is kept. */
	private parts: Uint8Array[] = [];
	private collected = 0;
	private wanted = HEADER;
	/** Where the box that is being collected begins. */
	private boxStart = 0;
	private state: 'header' | 'box' | 'skip' = 'header';

	add(chunk: Uint8Array): void {
		for (let at = 0; at < chunk.length && !this.problem; ) {
			const used = Math.min(this.wanted - this.collected, chunk.length - at);
			if (this.state !== 'skip') this.parts.push(chunk.subarray(at, at + used));
			this.collected += used;
			this.position += used;
			at += used;
			if (this.collected === this.wanted) this.next();
		}
	}

	end(): Outcome<Structure> {
		const { problem, pieces, position: fileSize, state, collected, wanted } = this;
		if (problem) return failure(inputFault(problem));
		const isWhole = (state === 'header' && collected === 0) || wanted === Infinity;
		if (!isWhole || fileSize === 0) return failure(inputFault('is incomplete'));
		return success({ pieces, fileSize });
	}

	/** What was wanted has been collected. */
	private next(): void {
		if (this.state === 'header') this.readHeader();
		else {
			if (this.state === 'box') this.keep(Buffer.concat(this.parts));
			this.expect('header', HEADER);
		}
	}

	private readHeader(): void {
		const header = Buffer.concat(this.parts);
		const short = header.readUInt32BE(0);
		if (short === 1 && header.length === HEADER) return this.expect('header', LARGE_HEADER, header);
		const type = header.toString('latin1', 4, HEADER);
		const isLarge = header.length === LARGE_HEADER;
		const length = isLarge ? Number(header.readBigUInt64BE(HEADER)) : short;
		this.boxStart = this.position - header.length;
		if (short === 0 && this.boxStart > 0) return this.skip(Infinity);
		const isFirst = this.boxStart === 0;
		if (length < header.length || (isFirst && !FIRST.has(type))) {
			this.problem = 'is not an MP4 file';
		} else if (!READ.has(type)) this.skip(length, header.length);
		else if ((this.kept += length) > MAX_TABLES_BYTES) this.problem = 'is too long';
		else this.expect('box', length, header);
	}

	private skip(length: number, header = HEADER): void {
		const last = this.pieces.at(-1);
		if (last && 'length' in last) last.length += length;
		else this.pieces.push({ start: this.boxStart, length });
		if (length === header) this.expect('header', HEADER);
		else this.expect('skip', length - header);
	}

	private keep(bytes: Uint8Array): void {
		this.pieces.push({ start: this.boxStart, bytes });
	}

	private expect(state: Scanner['state'], wanted: number, begun?: Uint8Array): void {
		this.state = state;
		this.wanted = wanted;
		this.parts = begun ? [begun] : [];
		this.collected = begun?.length ?? 0;
	}
}
