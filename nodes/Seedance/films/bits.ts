/** Reads numbers of any length from bytes, the most significant bit first. Past the end there are zeros. */
export class Bits {
	private position = 0;
	private readonly bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}

	/** @param count up to 32 */
	read(count: number): number {
		let value = 0;
		for (let i = 0; i < count; i += 1) {
			const byte = this.bytes[this.position >> 3] ?? 0;
			value = value * 2 + ((byte >> (7 - (this.position & 7))) & 1);
			this.position += 1;
		}
		return value;
	}

	/** An Exp-Golomb code, `ue(v)` in ISO/IEC 14496-10. */
	readUnsigned(): number {
		let zeros = 0;
		while (zeros < 32 && this.read(1) === 0) zeros += 1;
		return 2 ** zeros - 1 + this.read(zeros);
	}
}
