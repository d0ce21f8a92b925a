/** The arithmetic of films: when each sample is decoded and shown, and where it is in the file. */
import fc from 'fast-check';
import type { AudioTrack, Sample, VideoTrack } from '../../nodes/Seedance/films/clip';
import { cutOut } from '../../nodes/Seedance/films/copyFilm';
import { merged, sharesOf, storeSamples } from '../../nodes/Seedance/films/mediaData';
import { leadOf, pictureOf, type Picture } from '../../nodes/Seedance/films/picture';
import { commonTimescale, placePictures, startsOf } from '../../nodes/Seedance/films/placePictures';
import { placeSounds } from '../../nodes/Seedance/films/placeSounds';
import { durationsOf, runsOf, sampleTables } from '../../nodes/Seedance/films/sampleTables';
import { silentPacket } from '../../nodes/Seedance/films/silence';
import { plus, time, toSeconds, toUnits, toUnitsUp, ZERO } from '../../nodes/Seedance/films/time';

const description = (key = 'a') => ({
	bytes: Buffer.from(key),
	key,
	parameterSets: Buffer.from('sets'),
});

/** Frames in groups of this order of presentation, as an encoder with B-frames makes them. */
const GROUP = [0, 3, 1, 2];

function samples(count: number, duration: number, bFrames: boolean, offset = 0): Sample[] {
	return Array.from({ length: count }, (_, nth) => {
		const whole = count - (count % GROUP.length);
		const order = bFrames && nth < whole ? nth - (nth % 4) + GROUP[nth % 4]! : nth;
		return {
			offset: offset + nth * 100,
			size: 100,
			dts: nth * duration,
			// Late enough that none is shown before it is decoded.
			cts: (order + (bFrames ? 1 : 0)) * duration,
			duration,
			isSync: nth % GROUP.length === 0,
			description: 0,
		};
	});
}

interface Shape {
	count: number;
	duration: number;
	timescale: number;
	bFrames: boolean;
}

function video({ count, duration, timescale, bFrames }: Shape, key = 'a'): VideoTrack {
	const edit = { start: ZERO, mediaTime: bFrames ? duration : 0, duration: undefined };
	return {
		timescale,
		samples: samples(count, duration, bFrames),
		descriptions: [description(key)],
		edit,
		codec: 'H.264 (avc1)',
		width: 160,
		height: 90,
		pixelFormat: '8-bit 4:2:0',
		naluLengthSize: 4,
		matrix: [],
	};
}

function picture(track: VideoTrack): Picture {
	const read = pictureOf(track);
	if (!read.ok) throw new Error(read.fault.message);
	return read.value;
}

const shape = fc.record({
	count: fc.integer({ min: 1, max: 40 }),
	duration: fc.integer({ min: 100, max: 5_000 }),
	timescale: fc.constantFrom(600, 12_800, 12_288, 15_360, 24_000, 30_000, 90_000, 1_000_003),
	bFrames: fc.boolean(),
});

describe('times', () => {
	it('are exact, whatever the time scales', () => {
		const third = plus(time(1, 3), time(1, 6));
		expect(toUnits(third, 90_000)).toBe(45_000);
		expect(toUnits(time(1, 3), 1)).toBe(0);
		expect(toUnits(time(-1, 2), 1)).toBe(0);
		expect(toUnits(time(-3, 4), 1)).toBe(-1);
		expect([toUnitsUp(time(1, 3), 1), toUnitsUp(time(-1, 3), 1)]).toEqual([1, 0]);
	});

	it('are off by half a unit at most, and by nothing in a sum', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1e6 }))),
				fc.integer({ min: 1, max: 1e6 }),
				(parts, timescale) => {
					const sum = parts.reduce((all, [units, scale]) => plus(all, time(units, scale)), ZERO);
					const twice = 2n * BigInt(toUnits(sum, timescale)) * sum.timescale;
					const exact = 2n * sum.units * BigInt(timescale);
					const difference = twice - exact;
					expect(difference > -sum.timescale && difference <= sum.timescale).toBe(true);
				},
			),
		);
	});

	it('the frames of all clips are at whole units, where that is possible', () => {
		expect(commonTimescale([24_000, 24_000])).toBe(24_000);
		expect(commonTimescale([24_000, 30_000])).toBe(120_000);
		expect(commonTimescale([90_000, 1_000_003])).toBe(90_000);
	});
});

describe('pictures', () => {
	it('each frame is shown at its time, and decoded before that, in order', () => {
		fc.assert(
			fc.property(fc.array(shape, { minLength: 1, maxLength: 6 }), (shapes) => {
				const pictures = shapes.map((each) => picture(video(each)));
				const starts = startsOf(pictures);
				const film = placePictures(pictures, starts);
				const { samples: placed, timescale, mediaTime, mediaEnd } = film;
				expect(placed.every(({ dts, cts }) => cts >= dts)).toBe(true);
				expect(placed[0]?.dts).toBe(0);
				expect(Math.min(...placed.map(({ cts }) => cts))).toBe(mediaTime);
				expect(placed.every(({ dts }, nth) => nth === 0 || dts >= placed[nth - 1]!.dts)).toBe(true);
				for (const [clip, { frames, firstCts, track }] of pictures.entries()) {
					const own = placed.filter((each) => each.clip === clip);
					const errors = frames.map(({ cts }, nth) => {
						const expected = toSeconds(starts[clip]!) + (cts - firstCts) / track.timescale;
						return Math.abs((own[nth]!.cts - mediaTime) / timescale - expected);
					});
					// Half a unit: rounding does not add up over the clips.
					expect(Math.max(...errors)).toBeLessThanOrEqual(0.5001 / timescale + 1e-9);
				}
				const durations = durationsOf(placed, mediaEnd);
				expect(durations.reduce((sum, each) => sum + each, 0)).toBe(mediaEnd);
			}),
		);
	});

	it('a clip without B-frames keeps its place next to one with them', () => {
		const [still, moving] = [false, true].map((bFrames) =>
			picture(video({ count: 8, duration: 1, timescale: 24, bFrames })),
		);
		const { samples: placed, mediaTime } = placePictures(
			[still!, moving!],
			startsOf([still!, moving!]),
		);
		expect(mediaTime).toBe(1);
		expect(placed.map(({ dts }) => dts)).toEqual([...Array(16).keys()]);
		expect(placed.map(({ cts }) => cts - mediaTime)).toEqual([
			...[0, 1, 2, 3, 4, 5, 6, 7],
			...[8, 11, 9, 10, 12, 15, 13, 14],
		]);
	});

	it('a cut at the end is respected, and one at the beginning refused', () => {
		const track = video({ count: 8, duration: 1, timescale: 24, bFrames: false });
		const shorter = { ...track, edit: { ...track.edit, duration: time(5, 24) } };
		expect(picture(shorter).frames).toHaveLength(5);
		expect(toSeconds(picture(shorter).length)).toBeCloseTo(5 / 24);
		const later = pictureOf({ ...track, edit: { ...track.edit, mediaTime: 2 } });
		expect(!later.ok && later.fault.message).toMatch(/cut at its beginning/);
		const [, ...rest] = track.samples;
		const headless = pictureOf({ ...track, samples: rest });
		expect(!headless.ok && headless.fault.message).toMatch(/key frame/);
	});

	it('parameter sets are repeated before key frames only where encoders differ', () => {
		const track = { count: 8, duration: 1, timescale: 24, bFrames: false };
		const place = (keys: string[]) => {
			const pictures = keys.map((key) => picture(video(track, key)));
			return placePictures(pictures, startsOf(pictures));
		};
		const same = place(['a', 'a']);
		expect(same.descriptions).toHaveLength(1);
		expect(same.samples.some(({ prefix }) => prefix)).toBe(false);
		const mixed = place(['a', 'b', 'a']);
		expect(mixed.descriptions.map(String)).toEqual(['a', 'b']);
		expect(new Set(mixed.samples.map(({ description: nth }) => nth))).toEqual(new Set([0, 1]));
		for (const { isSync, prefix, size } of mixed.samples) {
			expect([String(prefix), size]).toEqual(isSync ? ['sets', 104] : ['undefined', 100]);
		}
	});
});

const RATE = 48_000;
const PACKET = 1_024;

function sound(packets: number, priming = PACKET, more: Partial<AudioTrack> = {}) {
	const track: AudioTrack = {
		timescale: RATE,
		samples: samples(packets, PACKET, false, 1e6),
		descriptions: [description('aac')],
		edit: { start: ZERO, mediaTime: priming, duration: undefined },
		objectType: 2,
		rate: RATE,
		channels: 2,
		packetLength: PACKET,
		...more,
	};
	return { track, lead: leadOf({ start: ZERO }, track) };
}

function placed(...args: Parameters<typeof placeSounds>) {
	const film = placeSounds(...args);
	if (!film.ok) throw new Error(film.fault.message);
	return film.value;
}

describe('sounds', () => {
	it('each clip is at most half a packet off its picture, with no gap, however many there are', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.record({
						length: fc.integer({ min: 3_000, max: 60_000 }),
						priming: fc.constantFrom(0, 1_024, 2_112, 700),
						isSilent: fc.boolean(),
					}),
					{ minLength: 1, maxLength: 8 },
				),
				(shapes) => {
					fc.pre(shapes.some(({ isSilent }) => !isSilent));
					const starts = [ZERO];
					for (const { length } of shapes) starts.push(plus(starts.at(-1)!, time(length, RATE)));
					const sounds = shapes.map(({ length, priming, isSilent }) =>
						isSilent ? undefined : sound(Math.ceil((length + priming) / PACKET), priming),
					);
					const film = placed(sounds, starts, 6);
					expect(film.samples.map(({ dts }) => dts)).toEqual(
						film.samples.map((_, nth) => nth * PACKET),
					);
					const errors = film.samples.map(({ clip, offset, dts }) => {
						if (offset === undefined) return 0;
						const own = ((offset - 1e6) / 100) * PACKET - shapes[clip]!.priming;
						return Math.abs(dts - film.mediaTime - toUnits(starts[clip]!, RATE) - own);
					});
					expect(Math.max(...errors)).toBeLessThanOrEqual(PACKET / 2);
					expect(film.mediaEnd - film.mediaTime).toBeGreaterThanOrEqual(
						toUnits(starts.at(-1)!, RATE),
					);
				},
			),
		);
	});

	it('the first clip is not shifted, and the priming of later ones is left out', () => {
		const second = time(RATE, RATE);
		const film = placed([sound(48), sound(48)], [ZERO, second, plus(second, second)], 6);
		expect(film.mediaTime).toBe(PACKET);
		expect(film.samples[0]).toMatchObject({ clip: 0, offset: 1e6 });
		const [first] = film.samples.filter(({ clip }) => clip === 1);
		expect(first?.offset).toBe(1e6 + 100);
		// No packet of theirs is missing: there is no silence between them, nor at the end.
		expect(film.samples.filter(({ offset }) => offset === undefined)).toEqual([]);
	});

	it('where silence cannot be made, a short gap is bridged and a long one refused', () => {
		const second = time(RATE, RATE);
		const starts = [ZERO, second, plus(second, second)];
		const bridged = placed([sound(45), sound(48)], starts, undefined);
		expect(bridged.samples.every(({ offset }) => offset !== undefined)).toBe(true);
		const [first] = bridged.samples.filter(({ clip }) => clip === 1);
		expect(Math.abs(first!.dts - bridged.mediaTime - RATE)).toBeLessThanOrEqual(PACKET / 2);
		for (const sounds of [
			[sound(20), sound(48)],
			[undefined, sound(48)],
			[sound(48), undefined],
		]) {
			const refused = placeSounds(sounds, starts, undefined);
			expect(!refused.ok && refused.fault.message).toMatch(/AAC-LC/);
		}
	});

	it('a pause in a clip stays where it is', () => {
		const paused = sound(48);
		const late = paused.track.samples.map((each, nth) =>
			nth < 10 ? each : { ...each, dts: each.dts + 10_240, cts: each.cts + 10_240 },
		);
		const film = placed(
			[{ ...paused, track: { ...paused.track, samples: late } }],
			[ZERO, time(RATE, RATE)],
			6,
		);
		expect(film.samples.findIndex(({ offset }) => offset === undefined)).toBe(10);
		expect(film.samples[20]?.offset).toBe(1e6 + 1_000);
	});

	it('silence is known for AAC-LC with one and two channels', () => {
		const bytes = (channels: number, objectType = 2) =>
			silentPacket({ channels, objectType })?.length;
		expect([bytes(1), bytes(2), bytes(6), bytes(2, 5)]).toStrictEqual([4, 6, undefined, undefined]);
	});
});

describe('the file', () => {
	it('the tables are runs', () => {
		expect(runsOf([5, 5, 5, 7, 5])).toEqual([
			[3, 5],
			[1, 7],
			[1, 5],
		]);
		const sample = { dts: 0, cts: 0, size: 10, isSync: true, description: 0, position: 100 };
		const tables = (isLarge: boolean) =>
			sampleTables([sample, { ...sample, dts: 4, cts: 4, position: 110 }], { mediaEnd: 9 }, isLarge)
				.map((box) => Buffer.from(box).toString('latin1', 4, 8))
				.join(' ');
		// Every sample is a key frame, and none is reordered.
		expect(tables(false)).toBe('stts stsc stsz stco');
		expect(tables(true)).toBe('stts stsc stsz co64');
		const reordered = sampleTables([{ ...sample, cts: 3, isSync: false }], { mediaEnd: 9 }, false);
		const ctts = reordered.map((box) => Buffer.from(box)).find((box) => box.includes('ctts'));
		// One run, of one sample, that is shown three units after it is decoded.
		expect(ctts?.subarray(-12)).toEqual(Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3]));
	});

	it('every sample is where its bytes are copied to, with what is put before them', async () => {
		const clip = fc
			.uniqueArray(
				fc.record({
					place: fc.integer({ min: 0, max: 19 }),
					size: fc.integer({ min: 1, max: 20 }),
					isSilent: fc.boolean(),
					prefix: fc.constantFrom(undefined, Buffer.from('SETS')),
				}),
				{ maxLength: 20, selector: ({ place }) => place },
			)
			.map((list) => list.map(({ place, ...each }) => ({ ...each, offset: place * 20 })));
		await fc.assert(
			fc.asyncProperty(fc.array(clip, { minLength: 1, maxLength: 4 }), async (clips) => {
				const silence = Buffer.from('silent');
				const files = clips.map((_, clip) =>
					Uint8Array.from({ length: 400 }, (_, at) => (at * 7 + clip * 31) % 256),
				);
				const film = clips.flatMap((list, clip) =>
					list.map(({ offset, size, isSilent, prefix }) =>
						isSilent
							? { clip, offset: undefined, size: silence.length }
							: { clip, offset, size: size + (prefix?.length ?? 0), prefix },
					),
				);
				const track = film.map((each) => ({
					...each,
					dts: 0,
					cts: 0,
					isSync: true,
					description: 0,
				}));
				const { shares, size } = sharesOf(
					[{ timescale: 1, samples: track, mediaTime: 0, mediaEnd: 0, descriptions: [] }],
					clips.length,
					silence.length,
				);
				const written: Uint8Array[] = [];
				for (const [clip, { silentPackets, ranges }] of shares.entries()) {
					written.push(...Array<Buffer>(silentPackets).fill(silence));
					if (ranges.length === 0) continue;
					const pieces = [files[clip]!.subarray(0, 150), files[clip]!.subarray(150)];
					for await (const part of cutOut(pieces, ranges)) written.push(part);
				}
				const data = Buffer.concat(written);
				expect(data.length).toBe(size);
				const stored = storeSamples(track, shares, silence.length, 0);
				for (const [nth, { position, size: length }] of stored.entries()) {
					const { clip, offset, prefix = Buffer.alloc(0) } = film[nth]! as (typeof track)[number];
					const bytes = data.subarray(position, position + length);
					if (offset === undefined) expect(bytes.toString()).toBe('silent');
					else {
						const own = files[clip]!.subarray(offset, offset + length - prefix.length);
						expect(bytes.equals(Buffer.concat([prefix, own]))).toBe(true);
					}
				}
			}),
		);
	});

	it('ranges that touch are copied as one', () => {
		const ranges = [
			{ start: 10, end: 20 },
			{ start: 0, end: 10 },
			{ start: 30, end: 40 },
			{ start: 32, end: 35 },
		];
		expect(merged(ranges)).toEqual([
			{ start: 0, end: 20 },
			{ start: 30, end: 40 },
		]);
	});

	it('a file that has become shorter is noticed', async () => {
		const read = async () => {
			for await (const part of cutOut([Buffer.alloc(5)], [{ start: 2, end: 8 }])) void part;
		};
		await expect(read()).rejects.toThrow('shorter');
	});
});
