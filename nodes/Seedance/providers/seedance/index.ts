import type { Balance, Dialect, Endpoint, JobAddress, Provider } from '../../core/provider';
import { z } from '../../core/zod';
import { access } from './access';
import { callback } from './callback';
import { lite, LITE_MODEL } from './lite';
import { models } from './models';
import { pro, PRO_MODEL } from './pro';
import { unified } from './unified';

const creditsBody = z.object({ credits: z.number(), tier: z.string().nullish().catch(null) });

/** `GET /account/credits` → `{"credits": 2750, "tier": "popular"}` [doc] */
const credits: Endpoint<void, Balance> = {
	request: () => ({ method: 'GET', path: '/account/credits' }),
	response: (body) => {
		const { credits: amount, tier } = creditsBody.parse(body);
		return { credits: amount, currency: 'credits', tier: tier ?? null };
	},
};

const errorCode = z.string().trim().min(1).optional().catch(undefined);

const errorObject = z.object({
	code: errorCode,
	message: z.string().optional().catch(undefined),
	required_credits: z.number().optional().catch(undefined),
	available_credits: z.number().optional().catch(undefined),
});
type ErrorObject = z.infer<typeof errorObject>;

/** The unified API nests its error, while 1.0 Pro puts text and code next to each other. 1.0 Lite documents nothing. */
const errorBody = z.object({ error: errorObject }).or(
	z
		.object({ error: z.string(), code: errorCode })
		.transform(({ error: message, code }): { error: ErrorObject } => ({
			error: { message, code },
		})),
);

function fault(httpStatus: number, body: unknown) {
	// The common words of these say more than the text in the body.
	if (httpStatus === 401 || httpStatus === 429) return {};
	const error = errorBody.safeParse(body).data?.error;
	if (httpStatus === 402) return notEnoughCredits(error);
	const message = error?.message?.trim();
	if (httpStatus === 404 || httpStatus >= 500 || !message) return { code: error?.code };
	const { code } = error ?? {};
	const hint = Object.entries(HINTS).find(([known]) => known === code)?.[1];
	return { code, message: `Seedance did not accept the request: ${message}`, hint };
}

/** What to do about the known codes. The provider's own text says what is wrong. */
const HINTS = {
	// [doc]
	source_image_unreachable:
		'The image must be at a public address: not behind a login, not on this machine, not a page that shows it. Open the address in a private browser window, or choose "File of the Item" in "Image Input".',
};

function notEnoughCredits(error: ErrorObject | undefined) {
	const { required_credits: required, available_credits: available } = error ?? {};
	const numbers =
		required === undefined || available === undefined
			? ''
			: `: this video needs ${required}, the account has ${available}`;
	return {
		code: 'insufficient_credits',
		message: `Not enough credits${numbers}`,
		hint: 'Buy credits on seedance.it.com, or choose a shorter duration. Nothing was charged for this video.',
	};
}

/** The dedicated APIs make videos from images only. 1.0 Pro accepts no files there, but the unified API does. */
function dialectForRequest({
	model,
	mode,
	imageBinaryField,
}: Parameters<Provider['dialectForRequest']>[0]): Dialect {
	if (mode === 'textToVideo') return unified;
	if (model === LITE_MODEL) return lite;
	return model === PRO_MODEL && imageBinaryField === undefined ? pro : unified;
}

/** The forms of the IDs in the documents' examples. There may be others. */
function dialectOfForm(jobId: string): Dialect | undefined {
	if (jobId.startsWith('task_')) return unified;
	if (jobId.startsWith('sd1lite_')) return lite;
	return jobId.startsWith('job_') ? pro : undefined;
}

/**
 * All dialects that `dialectForRequest` can choose for a model. Videos from a text, and files with 1.0 Pro, use the
 * unified API.
 */
function dialectsOfModel(model: string | null | undefined): [Dialect, ...Dialect[]] {
	if (!model) return [unified, pro, lite];
	if (model === LITE_MODEL) return [lite, unified];
	return model === PRO_MODEL ? [pro, unified] : [unified];
}

/**
 * The form of the ID takes precedence. Without a model it is the only criterion, so that forged callbacks cannot make
 * us send three requests.
 */
function dialectsForJob({ jobId, model }: JobAddress): [Dialect, ...Dialect[]] {
	const likely = dialectOfForm(jobId);
	if (!likely) return dialectsOfModel(model);
	const possible = model ? dialectsOfModel(model) : [];
	return [likely, ...possible.filter((dialect) => dialect !== likely)];
}

/** seedance.it.com: one key, one balance, three dialects. */
export const seedance: Provider = {
	...access,
	id: 'seedance',
	name: 'Seedance',
	models,
	dialects: [unified, pro, lite],
	dialectForRequest,
	dialectsForJob,
	credits,
	callback,
	fault,
};
