import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Fault, type Outcome } from '../../core/fault';
import { filmsOf, planShots, type Place, type Shot } from '../../core/films';
import { oneOf, type Reader } from '../../core/parameters';
import { readOption, textOf } from '../items/options';
import { readParameter } from '../items/output';

/** How the items of the run are submitted, as far as it matters to films. */
interface Ways {
	afterSubmit: string;
	submitAs: string;
	requestMode: string;
}

/**
 * Which item continues which, by the options Continue From and Continue Group. Empty if none does.
 *
 * @returns a fault if the run cannot make films at all; nothing has been submitted then
 */
export function readShots(ctx: IExecuteFunctions, ways: Ways): Outcome<Shot[]> {
	const written = ctx.getNode().parameters.options as IDataObject | string | undefined;
	// An expression can return all options at once.
	const isUsed = typeof written === 'string' || Object.hasOwn(written ?? {}, OPTION);
	if (!isUsed) return success([]);
	const said = [...ctx.getInputData().keys()].map((index) => readContinuing(ctx, index));
	const isFilm = said.some((each) => each.ok && each.value.continues);
	if (!isFilm && said.every(({ ok }) => ok)) return success([]);
	const wrong = isFilm ? problemOf(ways) : undefined;
	return wrong ? failure(wrong) : success(planShots(said.map(placeOf)));
}

const OPTION = 'continueFrom';

/** What an item says about continuing, with its other options. */
function readContinuing(ctx: IExecuteFunctions, itemIndex: number) {
	const given = readParameter(ctx, 'options', itemIndex);
	if (!given.ok) return given;
	const options = (given.value ?? {}) as IDataObject;
	const sources = oneOf({ values: ['none', 'previousItem'], default: 'none' });
	const from = readOption(options, OPTION, 'Continue From', sources);
	return from.ok ? success({ continues: from.value === 'previousItem', options }) : from;
}

function placeOf(said: ReturnType<typeof readContinuing>): Place | Fault {
	if (!said.ok) return said.fault;
	const { continues, options } = said.value;
	const group = readOption(options, 'continueGroup', 'Continue Group', groupName);
	return group.ok ? { continues, group: group.value ?? '' } : group.fault;
}

/** Items with an empty group name would all end up in one film. [us] */
const groupName: Reader<string> = (raw) => {
	const name = textOf(raw);
	return name === '' ? { allowed: 'a text, such as a SKU' } : { value: name };
};

function problemOf({ afterSubmit, submitAs, requestMode }: Ways): Fault | undefined {
	if (afterSubmit !== 'wait') {
		return inputFault(
			'"Continue From" works only with "Wait Until It Is Ready" in "After Submit", because each video starts from the last frame of the one before',
			NOTHING,
		);
	}
	if (submitAs === 'batch') {
		return inputFault(
			'"Continue From" does not work with "Submit As: Batch", because each video can only be submitted after the one before',
			NOTHING,
		);
	}
	if (requestMode === 'sync') {
		return inputFault(
			'"Continue From" does not work with "Request Mode: Sync", which returns no last frame',
			NOTHING,
		);
	}
	return undefined;
}

const NOTHING = 'Nothing was submitted.';

/**
 * A film with an item that has been refused is not begun: nobody wants to pay for half of it. What an earlier try has
 * submitted of it is kept. [us]
 *
 * @param isKept whether the item has a job, or may have one
 */
export function refuseBrokenFilms<T>(
	items: ReadonlyArray<Outcome<T>>,
	shots: readonly Shot[],
	isKept: (item: T) => boolean,
): Array<Outcome<T>> {
	const refused = [...items];
	for (const film of filmsOf(items.length, shots)) {
		const broken = film.find((index) => !items[index]?.ok);
		const cause = broken === undefined ? undefined : items[broken];
		if (broken === undefined || !cause || cause.ok) continue;
		for (const index of film) {
			const item = items[index];
			if (item?.ok && !isKept(item.value)) refused[index] = failure(brokenBy(broken, cause.fault));
		}
	}
	return refused;
}

const brokenBy = (index: number, { message }: Fault): Fault =>
	inputFault(
		`Nothing was submitted for this item, because item ${index} of its group was refused: ${message}`,
	);
