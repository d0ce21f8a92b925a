import type { Fault } from './fault';
import type { Model } from './model';
import type { Mode, RawRequest } from './request';
import { FIELD_NAMES, requestFields } from './requestFields';

// A film: videos of a group, in the order of their items, each of which starts from the last frame of the one before.

/** What an item says about its place among the others. */
export interface Place {
	/** It starts from the last frame of the item before it in its group, if there is one. */
	continues: boolean;
	group: string;
}

/** An item as part of a film. Most items are alone. */
export interface Shot {
	/** The user wants it to continue another item, whether or not there is one before it. */
	continues: boolean;
	/** The index of the item that it continues. */
	before?: number;
	/** Another item continues it. */
	hasNext: boolean;
	/** Why its place is not known. */
	fault?: Fault;
}

/** An item that is no part of a film. */
export const ALONE: Shot = { continues: false, hasNext: false };

/**
 * The place of each item in its film. An item that continues none begins a film of its own, which later items of its
 * group continue.
 *
 * @param places by item index; a fault for an item whose place is not known, which is in no film
 */
export function planShots(places: ReadonlyArray<Place | Fault>): Shot[] {
	const latest = new Map<string, number>();
	const shots = places.map((place, index): Shot => {
		if (!('group' in place)) return { ...ALONE, fault: place };
		const before = place.continues ? latest.get(place.group) : undefined;
		latest.set(place.group, index);
		return { ...ALONE, continues: place.continues, before };
	});
	for (const { before } of [...shots]) {
		if (before !== undefined) shots[before] = { ...shots[before]!, hasNext: true };
	}
	return shots;
}

/**
 * The films of a run, as lists of item indexes, in the order of their first items.
 *
 * @param count the number of items
 * @param shots by item index; an item without an entry is alone
 */
export function filmsOf(count: number, shots: readonly Shot[]): number[][] {
	const films: number[][] = [];
	const filmAt: number[][] = [];
	for (let index = 0; index < count; index += 1) {
		const before = shots[index]?.before;
		let film = before === undefined ? undefined : filmAt[before];
		if (!film) films.push((film = []));
		film.push(index);
		filmAt[index] = film;
	}
	return films;
}

/** Whether videos of this model can start from the last frame of another one. Only then is it offered. */
export const canContinue = ({ modes: { imageToVideo } }: Model): boolean =>
	imageToVideo?.returnLastFrame !== undefined &&
	imageToVideo.image?.inputs.includes('url') === true;

/** The modes in which an item can be written that continues another one. */
const CONTINUING_MODES: readonly Mode[] = ['textToVideo', 'imageToVideo'];

/** The first frame until the video before is finished: its last frame replaces it. */
const FRAME_TO_COME = 'https://last-frame.invalid/';

type Placed = { raw: RawRequest; mode: Mode } | { problem: string };

/**
 * What is asked of the model for an item in its place in a film: a video that another one continues also returns its
 * last frame, and one that continues another is made from an image, whatever the user's mode says.
 */
export function placeInFilm(raw: RawRequest, mode: Mode, model: Model, shot: Shot): Placed {
	const { continues, before, hasNext } = shot;
	if (continues && !canContinue(model)) {
		return {
			problem: `Continue From: "previousItem" is not possible with ${model.name}, because it does not return the last frame of a video. Allowed: none.`,
		};
	}
	const can = Object.hasOwn(model.modes, mode) ? model.modes[mode] : undefined;
	if (hasNext && can && !can.returnLastFrame) {
		return {
			problem: `Continue From: the item after this one cannot continue it, because ${model.name} does not return the last frame in the mode ${mode}.`,
		};
	}
	const withNext = hasNext ? { ...raw, returnLastFrame: true } : raw;
	// The check of the request says what is wrong with such a mode.
	if (before === undefined || !can) return { raw: withNext, mode };
	if (!CONTINUING_MODES.includes(mode)) {
		return {
			problem: `Mode: "${mode}" is not possible for an item that continues another one, because it takes no first frame. Allowed: ${CONTINUING_MODES.join(', ')}.`,
		};
	}
	// Values that the form does not show in the user's mode may be left over.
	const shown = FIELD_NAMES.filter((name) => requestFields[name].of(can) !== undefined);
	const kept: RawRequest = Object.fromEntries(shown.map((name) => [name, withNext[name]]));
	return {
		raw: { ...kept, imageInput: 'url', imageUrl: FRAME_TO_COME },
		mode: 'imageToVideo',
	};
}
