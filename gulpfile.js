/**
 * Builds dist/, the folder that is published: types checked, sources compiled file by file, libraries bundled once, icons and
 * codex files copied. `npm run build`.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');
const gulp = require('gulp');

const bin = (name) => path.join(__dirname, 'node_modules', '.bin', name);

function clean(done) {
	fs.rmSync('dist', { recursive: true, force: true });
	done();
}

function compile(done) {
	execFileSync(bin('tsc'), ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
	done();
}

/** Each library is imported by one file of core/ only, so it is bundled once and every node shares it. */
function bundleLibraries() {
	return esbuild.build({
		entryPoints: ['nodes/Seedance/core/zod.ts', 'nodes/Seedance/core/imageSize.ts'],
		outdir: 'dist/nodes/Seedance/core',
		allowOverwrite: true,
		bundle: true,
		minify: true,
		format: 'cjs',
		platform: 'neutral',
		target: 'es2022',
		legalComments: 'inline',
	});
}

function copyCodex() {
	return gulp.src('nodes/**/*.node.json', { base: '.' }).pipe(gulp.dest('dist'));
}

function copyIcons() {
	return gulp.src('icons/*.svg', { base: '.', encoding: false }).pipe(gulp.dest('dist'));
}

/** Loaded by Join Videos only. Its log, which n8n's scanner does not allow, is left out; its licence is kept. */
function bundleMp4box() {
	const license = fs.readFileSync('node_modules/mp4box/LICENSE', 'utf8').trim();
	return esbuild.build({
		entryPoints: ['nodes/Seedance/films/mp4box.ts'],
		outdir: 'dist/nodes/Seedance/films',
		allowOverwrite: true,
		bundle: true,
		minify: true,
		format: 'cjs',
		platform: 'neutral',
		target: 'es2022',
		drop: ['console'],
		define: { console: 'noConsole' },
		banner: { js: `/*! mp4box\n${license}\n*/\nconst noConsole = {};` },
	});
}

exports.build = gulp.series(
	clean,
	compile,
	gulp.parallel(bundleLibraries, bundleMp4box, copyCodex, copyIcons),
);
exports.default = exports.build;
