import { createReadStream, writeFileSync } from 'node:fs';
import { readClip } from '/work/wt/join/nodes/Seedance/films/readClip';
import { planFilm } from '/work/wt/join/nodes/Seedance/films/film';
import { copyFilm } from '/work/wt/join/nodes/Seedance/films/copyFilm';
it('joins', async () => {
	const files = process.env.CLIPS!.split(',');
	const clips = [];
	for (const f of files) {
		const c = await readClip(createReadStream(f));
		if (!c.ok) throw new Error(f + ' ' + c.fault.message);
		clips.push({ clip: c.value, name: f });
	}
	const film = planFilm(clips);
	if (!film.ok) throw new Error(film.fault.message);
	const out: Uint8Array[] = [];
	for await (const b of copyFilm(film.value, async (n) => createReadStream(files[n]!))) out.push(b);
	writeFileSync(process.env.OUT!, Buffer.concat(out));
	console.log(film.value.durationSeconds, film.value.fileSize, Buffer.concat(out).length);
});
