import type { Estimate } from '../../core/price';
import type { MediaRequest } from '../../core/request';
import type { Session } from '../api/session';
import type { LoadFiles } from './files';
import type { Keys } from './idempotency';
import type { SubmitMemory } from './memory';

/** One item, validated and ready to be sent. */
export interface SubmitItem extends Keys, Estimate {
	itemIndex: number;
	request: MediaRequest;
	/** Loads the image files only when they are needed, to save memory. */
	loadFiles?: LoadFiles;
	/** A hash of the node's settings. An attempt without an answer may be repeated only while they are unchanged. */
	settings: string;
	/** How long to wait for an upload, while the provider answers 429, and later for the video, in milliseconds each. */
	timeoutMs: number;
	/** `timeoutMs` if this node waits for the video: after that, nobody waits for it any more. Otherwise absent. */
	unwantedAfterMs?: number;
}

/** What all submits of a run share. */
export interface SubmitContext {
	session: Session;
	memory: SubmitMemory;
	/** Called after each new submit with its job; absent if nobody limits the spending. */
	spend?: (job: Estimate) => void;
}
