// The parts of CHANGELOG.md (Keep a Changelog) that a release needs: the section of unreleased changes, and the links.
import { Problem } from '../../test/n8n/problem.ts';

const UNRELEASED = '## [Unreleased]\n';
const UNRELEASED_LINK = /^\[Unreleased\]: .*$/m;

export interface Release {
	version: string;
	/** The date, for example 2026-11-21. */
	date: string;
	/** The URL of the repository, without a slash at the end. */
	repository: string;
}

/** The changes since the last release, as written. */
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
 * The changelog with the unreleased changes under the new version, an empty section for the next ones, and links that
 * compare with the previous release.
 * @throws Problem if nothing is listed, or if the version already has a section
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
