import type { AudioTrack } from './clip';

/*
 * A packet of AAC-LC whose spectrum is empty (ISO/IEC 14496-3, 4.4.2: raw_data_block), bit by bit. With max_sfb 0 there are
 * no sections, no scale factors and no coefficients.
 */
const GLOBAL_GAIN = '00000000';
/** Reserved bit, only long windows, sine window, max_sfb 0, no predictor. */
const ICS_INFO = '0' + '00' + '0' + '000000' + '0';
/** No pulse data, no temporal noise shaping, no gain control. */
const NO_TOOLS = '0' + '0' + '0';
const END = '111';
/** single_channel_element, tag 0. */
const MONO = '000' + '0000' + GLOBAL_GAIN + ICS_INFO + NO_TOOLS + END;
/** channel_pair_element, tag 0, common window, no mid/side stereo; then both channels. */
const STEREO = '001' + '0000' + '1' + ICS_INFO + '00' + (GLOBAL_GAIN + NO_TOOLS).repeat(2) + END;

const AAC_LC = 2;

const bytesOf = (bits: string): Uint8Array =>
	Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => parseInt(byte.padEnd(8, '0'), 2));

/** A packet of silence for the sound of a clip; undefined where it would need an encoder. */
export function silentPacket({
	objectType,
	channels,
}: Pick<AudioTrack, 'objectType' | 'channels'>): Uint8Array | undefined {
	if (objectType !== AAC_LC || channels > 2) return undefined;
	return bytesOf(channels === 1 ? MONO : STEREO);
}
