/** What is played: which trouble at which node, in which dialect, wired in which way. */
import type { INode } from 'n8n-workflow';
import { scenarios, TROUBLED, type Group, type Scenario } from './scenarios.ts';
import { dialects, stages, type Stage } from './stages.ts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 };

export interface Wiring {
	name: WiringName;
	items: readonly string[];
	settings: Partial<INode>;
}
const one = [TROUBLED];
const three = ['first', TROUBLED, 'third'];

export const WIRING_NAMES = [
	'One item',
	'Three items',
	'Continue',
	'Error output',
	'Retry On Fail',
	'Retry, then Continue',
] as const;
export type WiringName = (typeof WIRING_NAMES)[number];

const WIRINGS: Record<WiringName, Omit<Wiring, 'name'>> = {
	'One item': { items: one, settings: {} },
	'Three items': { items: three, settings: {} },
	Continue: { items: three, settings: { onError: 'continueRegularOutput' } },
	'Error output': { items: three, settings: { onError: 'continueErrorOutput' } },
	'Retry On Fail': { items: three, settings: RETRY },
	'Retry, then Continue': {
		items: three,
		settings: { ...RETRY, onError: 'continueRegularOutput' },
	},
};

/** The ways that differ in what a node and n8n do with a fault. */
const ALL = WIRING_NAMES.slice(0, 5);
/** Of the troubles that the node cannot tell from another one that is played in all ways. */
const OF_ALIKE: readonly WiringName[] = ['One item', 'Three items', 'Retry On Fail'];
/** Other dialects than the first: only what is said on the wire differs. */
const OF_OTHER_DIALECTS: readonly WiringName[] = ['Three items', 'Error output', 'Retry On Fail'];
/** All that a trigger knows: it is no step of a workflow. */
const OF_TRIGGERS: readonly WiringName[] = ['One item', 'Three items'];

export interface Part {
	stage: Stage;
	dialect: string;
	scenario: Scenario;
	wiring: Wiring;
}

export const nameOf = (part: Part): string => `${rowNameOf(part)}, ${part.wiring.name}`;

/** Of all wirings of a trouble at a node. */
export const rowNameOf = ({ stage, dialect, scenario }: Omit<Part, 'wiring'>): string =>
	`${stage.name}, ${dialect}: ${scenarioNameOf(scenario)}`;

export const scenarioNameOf = ({ group, name, besides }: Scenario): string =>
	`${group}, ${name}${besides ? ` – ${besides}` : ''}`;

function partsOfStage(stage: Stage): Part[] {
	const { groups, also } = stage;
	const others = Object.keys(dialects).filter(
		(name) => !stage.dialects.includes(name) && also?.if(dialects[name]!),
	);
	return [
		...stage.dialects.flatMap((dialect) => partsIn(stage, dialect, groups, wiringsInFirst)),
		...others.flatMap((dialect) => partsIn(stage, dialect, also?.groups ?? [], wiringsInOther)),
	];
}

function wiringsInFirst(scenario: Scenario): readonly WiringName[] {
	if (scenario.alike) return OF_ALIKE;
	// After the last try it is as with Continue alone: it makes a difference to what outlasts the tries.
	return scenario.lasts ? WIRING_NAMES : ALL;
}

const wiringsInOther = ({ alike }: Scenario): readonly WiringName[] =>
	alike ? ['Retry On Fail'] : OF_OTHER_DIALECTS;

function partsIn(
	stage: Stage,
	dialect: string,
	groups: readonly Group[],
	wiringsOf: (scenario: Scenario) => readonly WiringName[],
): Part[] {
	return scenarios
		.filter(({ group, only = [dialect] }) => groups.includes(group) && only.includes(dialect))
		.filter(({ isSigned }) => !isSigned || dialects[dialect]!.schemes.length > 0)
		.filter((scenario) => !scenario.repeats || isFirst(stage, dialect))
		.flatMap((scenario) => {
			const names = stage.isTrigger
				? OF_TRIGGERS.filter((name) => name === 'Three items' || stage.dialects.includes(dialect))
				: wiringsOf(scenario);
			return names.map((name) => {
				const wiring = { name, ...WIRINGS[name] };
				return { stage, dialect, scenario, wiring };
			});
		});
}

/** Each number once is enough. */
const isFirst = (stage: Stage, dialect: string) =>
	stage === stages[0] && dialect === stage.dialects[0];

/** The nodes that submit jobs. */
const SUBMITTING = ['Generate Video', 'Generate Video in one blocking call', 'Generate Image'];

/** All that is to be played, in two files of about equal weight, so that both cores have something to do. */
export const partsOf = {
	submit: stages.filter(({ name }) => SUBMITTING.includes(name)).flatMap(partsOfStage),
	follow: stages.filter(({ name }) => !SUBMITTING.includes(name)).flatMap(partsOfStage),
};
export type FileName = keyof typeof partsOf;
