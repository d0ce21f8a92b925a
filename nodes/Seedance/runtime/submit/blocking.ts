import { failure, success, type Fault } from '../../core/fault';
import { mediaOf, type Job } from '../../core/job';
import type { Dialect, HttpCall } from '../../core/provider';
import { guarded } from '../api/body';
import { FILE_LIMITS, fileNameOf, type BinaryBody } from '../api/download';
import { checkFile } from '../api/mediaFile';
import { withJobId } from '../../core/jobFault';
import type { ItemResult } from '../items/result';
import { networkFault } from '../api/networkFault';
import type { GenerateItem } from './readItem';
import type { Session } from '../api/session';
import { callOnce } from '../api/callOnce';
import type { SubmitMemory } from './memory';
import { prepare } from './prepare';
import { noteAmbiguousSubmit, noteSubmitted } from './submit';
import type { SubmitContext } from './submitItem';
import type { Caller } from '../api/send';

type BlockingContext = SubmitContext & { ctx: Caller };
type BlockingDialect = Dialect & Required<Pick<Dialect, 'sync'>>;

/**
 * Makes a video in one blocking call and streams its bytes into the binary storage. There is no job that could be found
 * later, so a failed call is never retried: the video may have been made and charged.
 */
export async function generateBlocking(
	context: BlockingContext,
	dialect: BlockingDialect,
	item: GenerateItem,
): Promise<ItemResult> {
	const generate = () => generateInTurn(context, dialect, item);
	return await context.memory.inTurn(item.memoryKey, generate);
}

async function generateInTurn(
	context: BlockingContext,
	dialect: BlockingDialect,
	item: GenerateItem,
): Promise<ItemResult> {
	const { ctx, session, memory } = context;
	const { memoryKey } = item;
	const { doubt, job: before, file } = memory.of(memoryKey) ?? {};
	if (doubt) return failure(doubt);
	if (before) return { job: before, binary: file };
	const prepared = await prepare(session, dialect, item);
	if (!prepared.ok) return prepared;
	const call = dialect.sync.request({ ...item, request: prepared.value });
	const limits = { timeoutMs: item.timeoutMs, idempotent: false };
	const fetch = (until: number) => fetchVideo(session, call, item, until);
	const answer = await callOnce(session, fetch, limits);
	if (!answer.ok) {
		noteAmbiguousSubmit(memory, item, answer.fault);
		return answer;
	}
	const reading = success(dialect.sync.jobOf(answer.value.headers));
	const job = noteSubmitted(context, item, dialect, reading);
	try {
		const media = mediaOf(job);
		const name = fileNameOf(media, 'video/mp4');
		const { body } = answer.value;
		// Without the signal of the run, which another item's fault aborts: this file cannot be downloaded again.
		const file = await guarded(body, FILE_LIMITS, { clock: session.clock }, () =>
			ctx.helpers.prepareBinaryData(body as BinaryBody, name, 'video/mp4'),
		);
		const checked = await checkFile(ctx, file, media);
		if (!checked.ok) return lost(memory, item, job, checked.fault);
		const binary = { [item.binaryField]: file };
		memory.note(memoryKey, { file: binary });
		return { job, binary };
	} catch (error) {
		const fault = networkFault(session.provider, error);
		const message = `${fault.message}, in the middle of the video`;
		return lost(memory, item, job, { ...fault, message });
	}
}

/** The only copy is lost, so a second try returns the same fault. */
function lost(
	memory: SubmitMemory,
	{ memoryKey }: GenerateItem,
	{ jobId }: Job,
	why: Fault,
): ItemResult {
	const hint =
		'The video was made and charged. Use the request mode "Async" to be able to fetch it again.';
	const fault = withJobId({ ...why, hint }, jobId);
	memory.note(memoryKey, { doubt: fault });
	return { fault, jobId };
}

/**
 * A web page or a text with HTTP 200, for example from a proxy, is not a video. It is unknown whether a video was made.
 */
async function fetchVideo(
	session: Session,
	call: HttpCall,
	{ itemIndex, timeoutMs }: GenerateItem,
	until: number,
): ReturnType<Session['fetchFile']> {
	const onSend = () => session.noteSubmit([itemIndex]);
	const answer = await session.fetchFile(call, timeoutMs, { until, onSend });
	if (!answer.ok || !/text|html|json|xml/i.test(String(answer.value.headers['content-type']))) {
		return answer;
	}
	answer.value.body.destroy?.();
	return failure({
		message: `${session.provider.name} sent something that is not a video`,
		code: 'unreadable_answer',
		transient: true,
		ambiguous: true,
	});
}
