/**
 * Builds dist/, the folder that is published: all nodes and credentials in one bundle, with the codex files and icons beside
 * it. `npm run build`. The packages for one provider each are built by tools/buildPackages.mts, from the same parts.
 */
const fs = require('node:fs');
const gulp = require('gulp');
const { n8n } = require('./package.json');

/** All but dist/packages, which another command builds. */
function clean(done) {
	for (const folder of ['nodes', 'credentials', 'icons']) {
		fs.rmSync(`dist/${folder}`, { recursive: true, force: true });
	}
	done();
}

/** The class names of the files that package.json lists. */
const classesIn = (files) => files.map((file) => /([^/]+)\.\w+\.js$/.exec(file)[1]);

async function bundleAll() {
	const { bundle } = await import('./tools/build/bundle.mts');
	await bundle({
		outdir: 'dist',
		nodes: classesIn(n8n.nodes),
		credentials: classesIn(n8n.credentials),
	});
}

function copyCodex() {
	return gulp.src('nodes/**/*.node.json', { base: '.' }).pipe(gulp.dest('dist'));
}

function copyIcons() {
	return gulp.src('icons/*.svg', { base: '.', encoding: false }).pipe(gulp.dest('dist'));
}

exports.build = gulp.series(clean, gulp.parallel(bundleAll, copyCodex, copyIcons));
exports.default = exports.build;
