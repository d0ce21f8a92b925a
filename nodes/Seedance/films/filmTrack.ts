/** A sample of the film. Times are in units of the film track's time scale. */
export interface FilmSample {
	/** When it is decoded. The first one is at 0. */
	dts: number;
	/** When it is presented, before the edit list is applied. Never before `dts`. */
	cts: number;
	/** With the prefix. */
	size: number;
	isSync: boolean;
	/** Index of the film track's description. */
	description: number;
	/** The clip that its bytes are from, as an index. */
	clip: number;
	/** Where its bytes are in the clip's file; undefined for a silent packet. */
	offset: number | undefined;
	/** Bytes that are put before those of the clip. */
	prefix?: Uint8Array;
}

/** A track of the film. */
export interface FilmTrack {
	/** Units per second. */
	timescale: number;
	samples: readonly FilmSample[];
	/** The composition time that is presented first: the film's edit list. */
	mediaTime: number;
	/** When the last sample ends, in units of the time scale. */
	mediaEnd: number;
	/** The entries of its box `stsd`. */
	descriptions: readonly Uint8Array[];
}

/** The tracks' descriptions without duplicates, and where each track's own ones are among them. */
export function mergeDescriptions(
	tracks: ReadonlyArray<{ descriptions: ReadonlyArray<{ bytes: Uint8Array; key: string }> }>,
): { descriptions: Uint8Array[]; indexOf: (track: number, description: number) => number } {
	const keys: string[] = [];
	const descriptions: Uint8Array[] = [];
	const indexes = tracks.map((track) =>
		track.descriptions.map(({ bytes, key }) => {
			if (!keys.includes(key)) {
				keys.push(key);
				descriptions.push(bytes);
			}
			return keys.indexOf(key);
		}),
	);
	return {
		descriptions,
		indexOf: (track, description) => indexes[track]?.[description] ?? 0,
	};
}
