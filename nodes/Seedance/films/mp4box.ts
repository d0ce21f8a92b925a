import { createFile, MP4BoxBuffer } from 'mp4box';

// The one place that imports mp4box: the build bundles this file, and only Join Videos loads it.
export { createFile, MP4BoxBuffer };

/** A file as the library has parsed it. */
export type Mp4 = ReturnType<typeof createFile>;
/** A track of it. */
export type Trak = Mp4['moov']['traks'][number];
/** The bytes of the file at these positions, which must be in a box that was read. */
export type BytesAt = (start: number, end: number) => Uint8Array;
