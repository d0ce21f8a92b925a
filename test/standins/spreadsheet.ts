// Stands in for one spreadsheet of the Google Sheets API, as far as n8n's Google Sheets node and the example use it: its
// sheets are listed, read, found-and-replaced in, and written cell by cell.
import { z } from 'zod';
import { checked, hasBearer, openStandIn, Refusal } from './standin.ts';
import type { Received, Reply, StandIn } from './standin.ts';

type Cell = string | number;

export interface Spreadsheet extends StandIn {
	/** As Google gives it after a login. */
	readonly accessToken: string;
	/** What the browser shows in its address bar. */
	readonly address: string;
	/** The rows of its only sheet, without the header. A row may be moved, added or taken away at any time. */
	readonly rows: Cell[][];
	/** So many of the next writes are refused. */
	failNextWrites(count: number): void;
}

const ID = '1TestSpreadsheet-with_an_ID_as-long-as-real';
const SHEET = { sheetId: 1402, title: 'Videos to make' };

const findReplaceSchema = z.strictObject({
	find: z.string().min(1),
	replacement: z.string(),
	matchCase: z.boolean().default(false),
	matchEntireCell: z.boolean().default(false),
	range: z.strictObject({
		sheetId: z.literal(SHEET.sheetId),
		startRowIndex: z.number().int().nonnegative().default(0),
		endRowIndex: z.number().int().optional(),
		startColumnIndex: z.number().int().nonnegative().default(0),
		endColumnIndex: z.number().int().optional(),
	}),
});
const batchSchema = z.strictObject({
	requests: z.array(z.strictObject({ findReplace: findReplaceSchema })).min(1),
});
const writeSchema = z.strictObject({
	valueInputOption: z.enum(['RAW', 'USER_ENTERED']),
	data: z
		.array(
			z.strictObject({
				range: z.string(),
				values: z.tuple([z.tuple([z.union([z.string(), z.number()])])]),
			}),
		)
		.min(1),
});

export async function openSpreadsheet(header: readonly string[]): Promise<Spreadsheet> {
	const accessToken = 'ya29.of-the-test-user';
	const rows: Cell[][] = [];
	const grid = (): Cell[][] => [[...header], ...rows];
	const path = `/v4/spreadsheets/${ID}`;
	let failing = 0;

	const write = ({ body }: Received): Reply => {
		const { data } = checked(writeSchema, body);
		if (failing > 0) {
			failing -= 1;
			throw new Refusal(503, 'The service is currently unavailable.');
		}
		for (const { range, values } of data) setCell(rows, header, range, values[0][0]);
		return { body: { spreadsheetId: ID, totalUpdatedCells: data.length } };
	};
	const standIn = await openStandIn({
		routes: [
			{ method: 'GET', url: path, handle: () => ({ body: { sheets: [{ properties: SHEET }] } }) },
			{
				method: 'GET',
				url: `${path}/values/:range`,
				handle: ({ params, query }) => {
					const { range = '' } = params;
					if (range !== `'${SHEET.title}'`)
						throw new Refusal(400, `Unable to parse range: ${range}`);
					const isText = query['valueRenderOption'] === 'FORMATTED_VALUE';
					const values = trimmed(grid()).map((row) => (isText ? row.map(String) : row));
					return { body: { range, majorDimension: 'ROWS', values } };
				},
			},
			// Two colons are one in the path.
			{ method: 'POST', url: `${path}/values::batchUpdate`, handle: write },
			{
				method: 'POST',
				url: `${path}::batchUpdate`,
				// All of it in one step: Google applies the requests of a call together atomically.
				handle: ({ body }) => {
					const { requests } = checked(batchSchema, body);
					const replies = requests.map(({ findReplace }) => ({
						findReplace: replaced(rows, findReplace),
					}));
					return { body: { spreadsheetId: ID, replies } };
				},
			},
		],
		hasKey: hasBearer(accessToken),
		errorBody: ({ status, message }) => ({ error: { code: status, message } }),
	});
	const address = `https://docs.google.com/spreadsheets/d/${ID}/edit?gid=${SHEET.sheetId}#gid=${SHEET.sheetId}`;
	const failNextWrites = (count: number) => (failing = count);
	return Object.assign(standIn, { accessToken, address, rows, failNextWrites });
}

/** Google leaves out empty cells at the end of a row, and empty rows at the end of a sheet. */
function trimmed(grid: Cell[][]): Cell[][] {
	const rows = grid.map((row) => row.slice(0, row.findLastIndex((cell) => cell !== '') + 1));
	return rows.slice(0, rows.findLastIndex((row) => row.length > 0) + 1);
}

/** @returns the reply, in which Google leaves out what is 0 */
function replaced(
	rows: Cell[][],
	{ find, replacement, matchCase, matchEntireCell, range }: z.infer<typeof findReplaceSchema>,
): { occurrencesChanged?: number } {
	if (!matchEntireCell) throw new Refusal(501, 'This stand-in replaces entire cells only');
	const { startRowIndex, endRowIndex = Infinity, startColumnIndex, endColumnIndex } = range;
	const plain = (cell: Cell) => (matchCase ? String(cell) : String(cell).toLowerCase());
	let occurrencesChanged = 0;
	for (const [index, row] of rows.entries()) {
		// The header is the row with index 0.
		if (index + 1 < startRowIndex || index + 1 >= endRowIndex) continue;
		for (let column = startColumnIndex; column < (endColumnIndex ?? row.length); column += 1) {
			if (plain(row[column] ?? '') !== plain(find)) continue;
			row[column] = replacement;
			occurrencesChanged += 1;
		}
	}
	return occurrencesChanged > 0 ? { occurrencesChanged } : {};
}

/** @param range one cell in A1 notation, with the name of the sheet */
function setCell(rows: Cell[][], header: readonly string[], range: string, value: Cell): void {
	const [, sheet, letter = '', number = ''] = /^(.+)!([A-Z])(\d+)$/.exec(range) ?? [];
	const column = letter.charCodeAt(0) - 'A'.charCodeAt(0);
	const row = rows[Number(number) - 2];
	if (sheet !== SHEET.title || !row || column >= header.length) {
		throw new Refusal(400, `Unable to parse range: ${range}`);
	}
	while (row.length < column) row.push('');
	row[column] = value;
}
