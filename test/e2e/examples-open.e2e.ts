// Every example directly after the import: all its nodes and parameters exist in this n8n, and the editor marks only
// credentials that still have to be chosen.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { WorkflowFile } from '../n8n/api.ts';
import { findChromium, openBrowser, openWorkflow } from '../n8n/browser.ts';
import type { Editor } from '../n8n/browser.ts';
import { NodeTypes } from '../n8n/nodeTypes.ts';
import type { FileNode } from '../n8n/nodeTypes.ts';
import { CACHE, DEFAULT_VERSION, ROOT } from '../n8n/paths.ts';
import { EXAMPLE, readWorkflow } from '../n8n/stage.ts';
import type { Stage } from '../n8n/stage.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const FOLDER = path.join(ROOT, 'examples');
const EXAMPLES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const STICKY = 'n8n-nodes-base.stickyNote';
/** The size of a node on the canvas, with its name and subtitle below, in canvas units. */
const NODE = { width: 100, height: 160 };
const chromium = findChromium();
const skip = chromium ? false : 'no chromium here: apt-get install chromium, then run it again';

let stage: Stage;
let types: NodeTypes;
let editor: Editor | undefined;

const read = (example: string) => readWorkflow(path.join(FOLDER, example));
const nodesOf = ({ nodes }: WorkflowFile) => nodes as unknown as FileNode[];
const realNodesOf = (file: WorkflowFile) => nodesOf(file).filter(({ type }) => type !== STICKY);

void describe('the examples', () => {
	before(
		async () => {
			stage = await setTheStage('examples-open');
			types = await NodeTypes.of(stage.api);
			if (chromium) editor = await openBrowser(chromium, stage.api);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await editor?.close();
		await stage?.stop();
	});

	for (const example of EXAMPLES) {
		const file = read(example);

		void it(`${example} has nodes and parameters that this n8n knows`, () => {
			for (const node of nodesOf(file)) {
				assert.deepEqual(types.problemsOf(node), [], `${node.name} (${node.type})`);
			}
		});

		void it(`${example} refers only to existing nodes`, () => {
			const names = nodesOf(file).map(({ name }) => name);
			assert.equal(new Set(names).size, names.length, 'two nodes have the same name');
			const text = JSON.stringify(nodesOf(file).map(({ parameters }) => parameters));
			const named = [...text.matchAll(/\$\(\\?['"](.+?)\\?['"]\)/g)].map(([, name]) => name!);
			for (const name of [...named, ...linksOf(file).flat()]) {
				assert.ok(names.includes(name), `there is no "${name}"`);
			}
			assert.deepEqual(cutOff(file), [], 'these are not connected with the rest');
		});

		void it(`${example} contains nothing from the installation where it was made`, () => {
			const { pinData, meta, id, versionId, active } = file as WorkflowFile &
				Record<string, unknown>;
			assert.deepEqual(pinData ?? {}, {}, 'pinned data');
			assert.deepEqual({ id, versionId }, { id: undefined, versionId: undefined });
			assert.equal((meta as { instanceId?: string } | undefined)?.instanceId, undefined);
			assert.ok(!active);
			for (const { name, credentials } of nodesOf(file)) assert.equal(credentials, undefined, name);
		});

		void it(`${example} is laid out without overlaps`, () => {
			const boxes = nodesOf(file).map(boxOf);
			for (const [index, box] of boxes.entries()) {
				for (const other of boxes.slice(index + 1)) {
					assert.ok(!overlap(box, other), `"${box.name}" and "${other.name}" overlap`);
				}
			}
		});

		void it(`${example} opens in the editor without red triangles`, { skip }, async () => {
			// Once is enough: a page takes long to open, and what is marked for a credential is n8n's affair.
			if (example === path.basename(EXAMPLE)) {
				const needing = realNodesOf(file).filter((node) => types.credentialsOf(node).length > 0);
				await open(file);
				assert.deepEqual(await marked(), needing.map(({ name }) => name).sort());
			}
			await open(await withCredentials(file));
			await shoot(example);
			assert.deepEqual(await marked(), []);
			assert.deepEqual(await cutNotes(), [], 'these notes are longer than their boxes');
		});
	}
});

/** All connections, as pairs of node names. */
function linksOf({ connections }: WorkflowFile): Array<[string, string]> {
	type Links = Record<string, Array<Array<{ node: string }> | null>>;
	return Object.entries(connections as Record<string, Links>).flatMap(([from, links]) =>
		Object.values(links)
			.flatMap((outputs) => outputs.flatMap((list) => list ?? []))
			.map(({ node }): [string, string] => [from, node]),
	);
}

/** The nodes that are not connected to the first one. */
function cutOff(file: WorkflowFile): string[] {
	const names = realNodesOf(file).map(({ name }) => name);
	const joined = new Set(names.slice(0, 1));
	// The iteration over a Set includes elements that are added during it.
	for (const name of joined) {
		for (const link of linksOf(file)) {
			if (link.includes(name)) for (const each of link) joined.add(each);
		}
	}
	return names.filter((name) => !joined.has(name));
}

interface Box {
	name: string;
	left: number;
	top: number;
	width: number;
	height: number;
}

function boxOf({ name, type, position, parameters }: FileNode): Box {
	const [left, top] = position;
	if (type !== STICKY) return { name, left, top, ...NODE };
	return {
		name,
		left,
		top,
		width: Number(parameters['width']),
		height: Number(parameters['height']),
	};
}

const overlap = (a: Box, b: Box): boolean =>
	a.left < b.left + b.width &&
	b.left < a.left + a.width &&
	a.top < b.top + b.height &&
	b.top < a.top + a.height;

async function open(file: WorkflowFile): Promise<void> {
	const { page } = editor!;
	await openWorkflow(page, stage.api, await stage.api.createWorkflow(file));
	const last = page.getByTestId('canvas-node').nth(realNodesOf(file).length - 1);
	const isShown = await last.waitFor({ timeout: SHOWN_LIMIT_MS }).then(
		() => true,
		() => false,
	);
	if (isShown) return;
	// Seen once: a busy editor went on showing the workflow before.
	await page.reload();
	await last.waitFor();
}

/** So long a busy editor may take to show all nodes of a workflow. */
const SHOWN_LIMIT_MS = 40_000;

const shoot = (example: string) =>
	editor!.page.screenshot({
		path: path.join(CACHE, 'screenshots', DEFAULT_VERSION, `${path.parse(example).name}.png`),
	});

/** An element of the page. This project has no DOM types. */
interface Drawn {
	scrollHeight: number;
	clientHeight: number;
	textContent: string;
	getAttribute(name: string): string;
	querySelectorAll(selector: string): Iterable<Drawn>;
}

/** The names of the nodes with a red triangle. */
async function marked(): Promise<string[]> {
	const nodes = editor!.page.getByTestId('canvas-node');
	const withIssues = nodes.filter({ has: editor!.page.getByTestId('node-issues') });
	const names = await withIssues.evaluateAll((elements) =>
		(elements as Drawn[]).map((element) => element.getAttribute('data-node-name')),
	);
	return names.sort();
}

/** The notes whose text does not fit. */
function cutNotes(): Promise<string[]> {
	return editor!.page.getByTestId('sticky').evaluateAll((notes) => {
		const isCut = ({ scrollHeight, clientHeight }: Drawn) => scrollHeight > clientHeight + 2;
		return (notes as Drawn[])
			.filter((note) => [note, ...note.querySelectorAll('*')].some(isCut))
			.map(({ textContent }) => textContent.slice(0, 60));
	});
}

/** Enough for n8n to store a credential of any type. */
const KEYS = { apiKey: 'none', name: 'X-Key', value: 'none' };
const credentialIds = new Map<string, string>();

/** The next step of a user: chooses a credential wherever one is required. */
async function withCredentials(file: WorkflowFile): Promise<WorkflowFile> {
	const nodes = [];
	for (const node of nodesOf(file)) {
		const credentials: Record<string, { id: string; name: string }> = {};
		for (const type of types.credentialsOf(node)) {
			const id = credentialIds.get(type) ?? (await stage.api.createCredential(type, type, KEYS));
			credentialIds.set(type, id);
			credentials[type] = { id, name: type };
		}
		nodes.push({ ...node, credentials });
	}
	return { ...file, nodes } as unknown as WorkflowFile;
}
