/** Which item continues which: groups in any order, each film in the order of its items. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import fc from 'fast-check';
import { failure, inputFault, success } from '../../nodes/Seedance/core/fault';
import {
	ALONE,
	canContinue,
	filmsOf,
	placeInFilm,
	planShots,
	type Place,
} from '../../nodes/Seedance/core/films';
import { filmOptions } from '../../nodes/Seedance/form/films';
import { providerById, providers } from '../../nodes/Seedance/providers';
import { contentKeyOf } from '../../nodes/Seedance/runtime/submit/idempotency';
import { readShots, refuseBrokenFilms } from '../../nodes/Seedance/runtime/submit/shots';

const place = (group: string, continues = true): Place => ({ group, continues });
const places = fc.array(
	fc.record({ group: fc.constantFrom('a', 'b', 'c', ''), continues: fc.boolean() }),
	{ maxLength: 30 },
);

describe('the plan of the films', () => {
	it('of two groups whose items take turns', () => {
		const shots = planShots([place('a'), place('b'), place('a'), place('b'), place('a')]);
		expect(shots.map(({ before }) => before)).toStrictEqual([undefined, undefined, 0, 1, 2]);
		expect(shots.map(({ hasNext }) => hasNext)).toEqual([true, true, true, false, false]);
		expect(filmsOf(5, shots)).toEqual([
			[0, 2, 4],
			[1, 3],
		]);
	});

	it('begins a new film at an item that continues none', () => {
		const shots = planShots([place('a'), place('a'), place('a', false), place('a')]);
		expect(filmsOf(4, shots)).toEqual([
			[0, 1],
			[2, 3],
		]);
	});

	it('leaves out an item whose place is not known', () => {
		const fault = inputFault('No group');
		const shots = planShots([place('a'), fault, place('a')]);
		expect(shots[1]).toEqual({ ...ALONE, fault });
		expect(filmsOf(3, shots)).toEqual([[0, 2], [1]]);
	});

	it('without a plan is each item for itself', () => {
		expect(filmsOf(3, [])).toEqual([[0], [1], [2]]);
	});

	it('has each item once, in order, and its predecessor in the same group', () => {
		fc.assert(
			fc.property(places, (all) => {
				const shots = planShots(all);
				const films = filmsOf(all.length, shots);
				expect(films.flat().sort((a, b) => a - b)).toEqual([...all.keys()]);
				const firsts = films.map(([first]) => first!);
				expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
				for (const film of films) {
					film.forEach((index, n) => {
						expect(shots[index]!.before).toBe(film[n - 1]);
						expect(shots[index]!.hasNext).toBe(n + 1 < film.length);
						expect(all[index]!.group).toBe(all[film[0]!]!.group);
						// It is the latest item of its group, so nothing lies between.
						const before = film[n - 1];
						if (before === undefined) return;
						expect(all[index]!.continues).toBe(true);
						const between = all.slice(before + 1, index);
						expect(between.map(({ group }) => group)).not.toContain(all[index]!.group);
					});
				}
			}),
		);
	});

	it('continues wherever there is an item to continue, and the item wants it', () => {
		fc.assert(
			fc.property(places, (all) => {
				const shots = planShots(all);
				all.forEach(({ group, continues }, index) => {
					const has = all.slice(0, index).some((earlier) => earlier.group === group);
					expect(shots[index]!.before !== undefined).toBe(continues && has);
				});
			}),
		);
	});
});

describe('a film with an item that was refused', () => {
	const shots = planShots([place('a'), place('b'), place('a')]);
	const bad = failure(inputFault('Bad'));

	it('is not begun, and others are', () => {
		const items = refuseBrokenFilms([success('one'), success('two'), bad], shots, () => false);
		expect(items).toMatchObject([
			{ ok: false, fault: { message: expect.stringMatching(/item 2 .* refused: Bad$/) as string } },
			{ ok: true },
			{ ok: false, fault: { message: 'Bad' } },
		]);
	});

	it('keeps what has a job already', () => {
		const items = refuseBrokenFilms([success('one'), success('two'), bad], shots, () => true);
		expect(items[0]).toEqual(success('one'));
	});
});

describe('the request of a shot', () => {
	const model = providerById('modelArk').models.find(({ id }) => id === 'seedance-2.0')!;
	const written = { prompt: 'A lamp', imageUrl: 'https://a.example/1.png', imageInput: 'binary' };
	const shot = { continues: true, before: 0, hasNext: false };

	it('that nothing comes before or after is what the user wrote', () => {
		const placed = placeInFilm(written, 'textToVideo', model, ALONE);
		expect(placed).toEqual({ raw: written, mode: 'textToVideo' });
	});

	it('is refused for a model that returns no last frame, whichever of the two it is', () => {
		const other = providerById('seedance').models.find(({ id }) => id === 'seedance-2.0')!;
		expect(canContinue(other)).toBe(false);
		const problemOf = (shot: Partial<typeof ALONE>) => {
			const placed = placeInFilm({ prompt: 'A lamp' }, 'textToVideo', other, { ...ALONE, ...shot });
			return 'problem' in placed ? placed.problem : undefined;
		};
		expect(problemOf({ continues: true })).toMatch(
			/^Continue From: "previousItem" is not possible with Seedance 2\.0, .* last frame .* Allowed: none\.$/,
		);
		expect(problemOf({ hasNext: true })).toMatch(
			/^Continue From: the item after this one cannot continue it, .*Seedance 2\.0 .* textToVideo\.$/,
		);
		expect(problemOf({})).toBeUndefined();
	});

	it('that another one continues returns its last frame', () => {
		const first = { continues: true, hasNext: true };
		expect(placeInFilm({ returnLastFrame: false }, 'textToVideo', model, first)).toEqual({
			raw: { returnLastFrame: true },
			mode: 'textToVideo',
		});
	});

	it.each(['textToVideo', 'imageToVideo'] as const)('is made from an image: %s', (mode) => {
		const placed = placeInFilm(written, mode, model, shot);
		expect(placed).toMatchObject({
			mode: 'imageToVideo',
			raw: { prompt: 'A lamp', imageInput: 'url', imageUrl: expect.stringContaining('.invalid') },
		});
	});

	it('takes no end frame that is left over where the form shows none', () => {
		const given = { ...written, endFrameUrl: 'https://a.example/2.png' };
		const endOf = (mode: 'textToVideo' | 'imageToVideo') => {
			const placed = placeInFilm(given, mode, model, shot);
			return 'raw' in placed && placed.raw.endFrameUrl;
		};
		expect([endOf('textToVideo'), endOf('imageToVideo')]).toStrictEqual([
			undefined,
			given.endFrameUrl,
		]);
	});

	it('is refused for references and drafts, which take no first frame', () => {
		expect(placeInFilm(written, 'referenceToVideo', model, shot)).toMatchObject({
			problem: expect.stringContaining('Allowed: textToVideo, imageToVideo') as string,
		});
		// A first shot may be made from references.
		const first = { continues: true, hasNext: true };
		expect(placeInFilm({}, 'referenceToVideo', model, first)).toMatchObject({
			mode: 'referenceToVideo',
		});
	});
});

describe('the form', () => {
	it('offers it for exactly the models that return a last frame and take an image', () => {
		const options = filmOptions(providers).filter(({ name }) => name === 'continueFrom');
		const offered = options.map(({ displayOptions }) => displayOptions!.show!);
		expect(offered.map((show) => show['/provider']).flat()).toEqual(['segmind', 'modelArk', 'kie']);
		for (const { id, models } of providers) {
			const shown = offered.find((show) => show['/provider']!.includes(id))?.['/model'] ?? [];
			const can = models.filter(({ modes }) => modes.imageToVideo?.returnLastFrame);
			expect(shown).toEqual(can.map((model) => model.id));
			expect(models.filter(canContinue)).toEqual(can);
		}
	});
});

describe('the options', () => {
	const ways = { afterSubmit: 'wait', submitAs: 'jobs', requestMode: 'async' };
	const reading = (each: Array<IDataObject | Error>, more: Partial<typeof ways> = {}) =>
		readShots(
			{
				getNode: () => ({ parameters: each[0] ? { options: each[0] } : {} }),
				getInputData: () => each,
				getNodeParameter: (_: string, index: number) => {
					if (each[index] instanceof Error) throw each[index];
					return each[index] ?? null;
				},
			} as unknown as IExecuteFunctions,
			{ ...ways, ...more },
		);
	const from = { continueFrom: 'previousItem' };

	it('make no films unless an item wants one', () => {
		expect(reading([{}, {}])).toEqual(success([]));
		const none = { continueFrom: 'none', continueGroup: '' };
		expect(reading([none], { afterSubmit: 'return' })).toEqual(success([]));
	});

	it('make none in a node that has no options', () => {
		const nothing = undefined as unknown as IDataObject;
		expect(reading([nothing], { afterSubmit: 'return' })).toEqual(success([]));
	});

	it.each([
		[new Error('No such node'), 'cannot be read: No such node'],
		[{ continueFrom: 'nextItem' }, '"nextItem" is not possible'],
	])('that cannot be right refuse their item and no other: %p', (odd, words) => {
		const fault = { message: expect.stringContaining(words) as string };
		expect(reading([from, odd, from])).toMatchObject({
			ok: true,
			value: [{ hasNext: true }, { fault, continues: false, hasNext: false }, { before: 0 }],
		});
		const none = { continueFrom: 'none' };
		expect(reading([none, odd], { afterSubmit: 'return' })).toMatchObject({
			ok: true,
			value: [{ continues: false }, { fault }],
		});
	});

	it('make a film of an item that continues none and one that continues it', () => {
		expect(reading([{ continueFrom: 'none' }, from])).toMatchObject({
			ok: true,
			value: [{ hasNext: true }, { before: 0 }],
		});
	});

	it('name a group by a text or a number', () => {
		const named = reading([
			{ ...from, continueGroup: ' 7 ' },
			{ ...from, continueGroup: 7 },
		]);
		expect(named).toMatchObject({ ok: true, value: [{}, { before: 0 }] });
	});

	it.each(['', ' ', null, true, {}])('refuse an item whose group is %j', (continueGroup) => {
		const shots = reading([from, { ...from, continueGroup }]);
		expect(shots).toMatchObject({
			ok: true,
			value: [{}, { fault: { message: expect.stringContaining('Continue Group') as string } }],
		});
	});

	it.each([
		[{ afterSubmit: 'sleep' }, 'Wait Until It Is Ready'],
		[{ submitAs: 'batch' }, 'Submit As: Batch'],
		[{ requestMode: 'sync' }, 'Request Mode: Sync'],
	])('refuse the whole run with %j', (more, words) => {
		const message = expect.stringContaining(words) as string;
		const refused = { ok: false, fault: { message, hint: 'Nothing was submitted.' } };
		expect(reading([from, from], more)).toMatchObject(refused);
	});
});

describe('the key of the content', () => {
	const request = { model: 'm', mode: 'imageToVideo', prompt: 'A lamp' } as const;
	const keyOf = async (before?: string) => {
		const key = await contentKeyOf(request, undefined, before);
		if (!key.ok) throw new Error(key.fault.message);
		return key.value;
	};

	it('is that of before for a video that continues none', async () => {
		// Written down: another key would make and charge finished videos again.
		expect(await keyOf()).toBe('c50a1bf4f9e796e8a354486258a33f6064ceefed');
	});

	it('depends on the video before, by its content', async () => {
		const keys = [await keyOf(), await keyOf('a'), await keyOf('b'), await keyOf('a')];
		expect(new Set(keys).size).toBe(3);
		expect(keys[3]).toBe(keys[1]);
	});
});
