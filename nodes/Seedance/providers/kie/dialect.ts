import { createHash } from 'node:crypto';
import type { Balance, Dialect, Endpoint } from '../../core/provider';
import { inPath, readSubmitted, sameJobId, withoutUndefined } from '../../core/replies';
import { z } from '../../core/zod';
import { inputOf, wireNameOf } from './input';
import { readTask, submittedTask, task } from './task';

// Sources: "Market" (createTask, recordInfo), "Get Account Credits" and "File Upload API" of docs.kie.ai.

const JOBS = '/api/v1/jobs';

const submitReply = z.object({ data: submittedTask });
const statusReply = z.object({ data: z.unknown() });

/** The folder of our files there. */
const UPLOAD_PATH = 'n8n-nodes-seedance';

const uploadReply = z.object({ data: z.object({ downloadUrl: z.string().url() }) });

/** A file of the same name is replaced [doc], so the name is that of the content. */
function nameOf(bytes: Buffer, mimeType: string): string {
	const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
	return `${hash}.${mimeType.slice('image/'.length)}`;
}

/**
 * One way to submit for all versions. There are no idempotency keys, no list of jobs and no cancel: a submit whose
 * answer was lost is never repeated.
 */
export const dialect: Dialect = {
	generate: {
		request: ({ request }) => ({
			method: 'POST',
			path: `${JOBS}/createTask`,
			body: withoutUndefined({
				model: wireNameOf(request),
				callBackUrl: request.callbackUrl,
				input: inputOf(request),
			}),
		}),
		response: (body, { request }) => {
			const { data } = submitReply.parse(body);
			return readSubmitted({ ...readTask(data), model: request.model });
		},
	},
	status: {
		request: ({ jobId }) => ({
			method: 'GET',
			path: `${JOBS}/recordInfo?taskId=${inPath(jobId)}`,
		}),
		response: (body, { jobId }) =>
			readTask(task.extend({ taskId: sameJobId(jobId) }).parse(statusReply.parse(body).data)),
	},
	upload: {
		// Free; the file is kept for 3 days. [doc]
		request: (content) => {
			const fileName = nameOf(content.bytes, content.mimeType);
			return {
				method: 'POST',
				host: 'upload',
				path: '/api/file-stream-upload',
				form: {
					fields: { uploadPath: UPLOAD_PATH, fileName },
					file: { name: 'file', content: { ...content, fileName } },
				},
			};
		},
		response: (body) => ({ url: uploadReply.parse(body).data.downloadUrl }),
	},
};

const creditsReply = z.object({ data: z.number() });

/** `{"code":200,"msg":"success","data":100}` [doc] */
export const credits: Endpoint<void, Balance> = {
	request: () => ({ method: 'GET', path: '/api/v1/chat/credit' }),
	response: (body) => ({
		credits: creditsReply.parse(body).data,
		currency: 'credits',
		tier: null,
	}),
};
