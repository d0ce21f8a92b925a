import { failure, inputFault, success, type Outcome } from '../core/fault';
import type { Sample, VideoTrack } from './clip';
import { compare, minus, plus, time, type Time } from './time';

/** The frames of a clip that are shown. */
export interface Picture {
	track: VideoTrack;
	/** In decoding order. */
	frames: readonly Sample[];
	/** The composition time of the first frame that is shown, in units of the track's time scale. */
	firstCts: number;
	/** When that frame is shown, from the beginning of the clip. */
	start: Time;
	/** From the beginning of the first frame to the end of the last one. */
	length: Time;
	/** How much earlier than its first frame is shown the clip must be decoded, so that no frame is late. */
	delay: Time;
}

/** Applies the edit list of the picture. The fault's message continues "The clip of item 1 …". */
export function pictureOf(track: VideoTrack): Outcome<Picture> {
	const { samples, timescale, edit } = track;
	if (samples.some(({ cts, duration }) => cts + duration <= edit.mediaTime && duration > 0)) {
		return refused('was cut at its beginning without being encoded again');
	}
	const isShown = ({ cts }: Sample) =>
		!edit.duration || compare(time(cts - edit.mediaTime, timescale), edit.duration) < 0;
	let count = samples.length;
	while (count > 0 && !isShown(samples[count - 1]!)) count -= 1;
	const frames = samples.slice(0, count);
	const [first] = frames;
	if (!first) return refused('has no picture');
	if (!frames.every(isShown)) return refused('was cut at its end without being encoded again');
	if (!first.isSync) return refused('does not begin with a key frame');
	let firstCts = Infinity;
	let end = -Infinity;
	let decoded = 0;
	for (const { cts, duration } of frames) {
		firstCts = Math.min(firstCts, cts);
		end = Math.max(end, cts + duration);
		decoded += duration;
	}
	const delayOf = ({ dts, cts }: Sample) => dts - first.dts - (cts - firstCts);
	const delay = frames.reduce((most, frame) => Math.max(most, delayOf(frame)), 0);
	return success({
		track,
		frames,
		firstCts,
		start: plus(edit.start, time(firstCts - edit.mediaTime, timescale)),
		// With a variable frame rate, decoding can take longer than the presentation of the frames.
		length: time(Math.max(end - firstCts, decoded), timescale),
		delay: time(delay, timescale),
	});
}

const refused = (message: string) =>
	failure(inputFault(message, 'Encode it again, or make it again.'));

/** When the sound's composition time 0 is played, from the moment the first frame is shown. Usually negative. */
export const leadOf = (
	picture: Pick<Picture, 'start'>,
	{ edit, timescale }: Pick<VideoTrack, 'edit' | 'timescale'>,
): Time => minus(plus(edit.start, time(-edit.mediaTime, timescale)), picture.start);
