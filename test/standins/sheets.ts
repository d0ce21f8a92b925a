// Stands in for the Google Sheets API: rows are appended to a sheet.
import { z } from 'zod';
import { checked, hasBearer, openStandIn, Refusal } from './standin.ts';
import type { StandIn } from './standin.ts';

export interface Sheets extends StandIn {
	/** As Google gives it after a login. */
	readonly accessToken: string;
	readonly spreadsheetsUrl: string;
	readonly spreadsheetId: string;
	/** By sheet, in the order they came. */
	readonly rows: ReadonlyMap<string, Cell[][]>;
}

type Cell = string | number | boolean;

const bodySchema = z.strictObject({
	values: z.array(z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)).min(1),
});
const querySchema = z.strictObject({
	valueInputOption: z.enum(['RAW', 'USER_ENTERED']),
	insertDataOption: z.enum(['OVERWRITE', 'INSERT_ROWS']).optional(),
});

export async function openSheets(): Promise<Sheets> {
	const accessToken = 'ya29.of-the-test-user';
	const spreadsheetId = '1AbcTestSpreadsheet';
	const rows = new Map<string, Cell[][]>();
	const standIn = await openStandIn({
		routes: [
			{
				method: 'POST',
				url: `/v4/spreadsheets/${spreadsheetId}/values/:range`,
				handle: ({ params, query, body }) => {
					const [, sheet] = /^(.+):append$/.exec(params['range'] ?? '') ?? [];
					if (!sheet) throw new Refusal(404, 'Requested entity was not found.');
					checked(querySchema, query);
					const { values } = checked(bodySchema, body);
					rows.set(sheet, [...(rows.get(sheet) ?? []), ...values]);
					return { body: { spreadsheetId, updates: { updatedRows: values.length } } };
				},
			},
		],
		hasKey: hasBearer(accessToken),
		errorBody: ({ status, message }) => ({ error: { code: status, message } }),
	});
	const spreadsheetsUrl = `${standIn.url}/v4/spreadsheets`;
	return Object.assign(standIn, { accessToken, spreadsheetsUrl, spreadsheetId, rows });
}
