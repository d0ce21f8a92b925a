// CHANGELOG.md by Keep a Changelog, as far as a release needs it: the section of what is unreleased, and the links.
import { Problem } from '../../test/n8n/problem.ts';

const UNRELEASED = '## [Unreleased]\n';
const UNRELEASED_LINK = /^\[Unreleased\]: .*$/m;

export interface Release {
	version: string;
	/** The day, as 2026-11-21. */
	date: string;
	/** Where the repository is, without a slash at the end. */
	repository: string;
}

/** What has changed since the last release, as it is written. */
export function unreleasedChanges(changelog: string): string {
	const [, rest] = changelog.split(UNRELEASED);
	if (rest === undefined) {
		throw new Problem('CHANGELOG.md has no section "## [Unreleased]": add it at the top.');
	}
	const changes = rest.split(/^(?:## |\[Unreleased\]: )/m)[0]!.trim();
	if (!/^[-*] /m.test(changes)) {
		throw new Problem(
			'Nothing is listed under "## [Unreleased]" in CHANGELOG.md: say there what has changed.',
		);
	}
	return changes;
}

/**
 * The changelog with the unreleased changes under their version, an empty section for the next ones, and links that compare
 * with the release before.
 * @throws Problem when nothing is listed, or the version has a section already
 */
export function released(changelog: string, { version, date, repository }: Release): string {
	unreleasedChanges(changelog);
	if (changelog.includes(`## [${version}]`)) {
		throw new Problem(`CHANGELOG.md has a section for ${version} already.`);
	}
	const link = UNRELEASED_LINK.exec(changelog);
	const before = /^## \[(\d[^\]]*)\]/m.exec(changelog)?.[1];
	const page = before ? `compare/v${before}...v${version}` : `releases/tag/v${version}`;
	const links = [
		`[Unreleased]: ${repository}/compare/v${version}...HEAD`,
		`[${version}]: ${repository}/${page}`,
	].join('\n');
	const moved = changelog.replace(UNRELEASED, `${UNRELEASED}\n## [${version}] - ${date}\n`);
	return link ? moved.replace(link[0], () => links) : `${moved.trimEnd()}\n\n${links}\n`;
}
