// What the browser of a form's visitor does, call by call.
import assert from 'node:assert/strict';
import type { Stage } from '../n8n/stage.ts';
import { until } from './play.ts';

/** The last page that a visitor gets: its text, and the file that it downloads. */
export interface FormPage {
	html: string;
	file?: { bytes: Buffer; fileName: string; type: string };
}

/** Opens a page. A connection that n8n has just closed because nothing was asked on it is no problem of a visitor. */
async function open(url: string | URL): Promise<string> {
	for (let tries = 1; ; tries += 1) {
		try {
			return await (await fetch(url)).text();
		} catch (error) {
			if (tries === 3) throw error;
		}
	}
}

/** Does what the form's page does: sends the fields, asks until there is a page, and opens it. */
export async function visitForm(stage: Stage, path: string, form: FormData): Promise<FormPage> {
	const url = `${stage.n8n.url}/form/${path}`;
	await open(url);
	const sent = await fetch(url, { method: 'POST', body: form });
	const answer = await sent.text();
	assert.equal(sent.status, 200, answer);
	const { formWaitingUrl: address } = JSON.parse(answer) as { formWaitingUrl: string };
	const status = new URL(address);
	status.pathname += '/n8n-execution-status';
	let seen = '';
	await until(
		() => `the form does not wait, it is: ${seen}`,
		async () => {
			seen = (await open(status)).trim();
			return seen === 'form-waiting' ? seen : undefined;
		},
	);
	const html = await open(address);
	// The page says that it was shown. With that, the execution ends.
	await fetch(address, { method: 'POST' });
	return { html, file: fileIn(html) };
}

interface Embedded {
	data: { type: 'Buffer'; data: number[] };
	fileName: string;
	type: string;
}

/** n8n 1.x embeds one file, and 2.x a list. */
function fileIn(html: string): FormPage['file'] {
	const [, text = ''] = /JSON\.parse\(decodeURIComponent\("([^"]*)"\)\)/.exec(html) ?? [];
	if (!text) return undefined;
	const [embedded, ...others] = [
		JSON.parse(decodeURIComponent(text)) as Embedded | Embedded[],
	].flat();
	assert.equal(others.length, 0, 'more than one file');
	if (!embedded) return undefined;
	const { data, ...rest } = embedded;
	return { bytes: Buffer.from(data.data), ...rest };
}
