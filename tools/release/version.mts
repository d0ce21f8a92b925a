import { Problem } from '../../test/n8n/problem.ts';

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;
const BUMPS = ['major', 'minor', 'patch'];

/**
 * The version to release.
 * @param wanted `patch`, `minor`, `major`, or the version itself, which must not be below the current one
 */
export function nextVersion(current: string, wanted: string): string {
	const numbers = numbersOf(current);
	const bumped = BUMPS.indexOf(wanted);
	if (bumped >= 0) {
		return numbers
			.map((number, at) => (at < bumped ? number : at === bumped ? number + 1 : 0))
			.join('.');
	}
	if (!VERSION.test(wanted)) {
		throw new Problem(
			`"${wanted}" is no release: say patch, minor, major or a version such as 1.2.3.`,
		);
	}
	if (wanted.localeCompare(current, 'en', { numeric: true }) < 0) {
		throw new Problem(`${wanted} is below ${current}, which package.json has now.`);
	}
	return numbersOf(wanted).join('.');
}

function numbersOf(version: string): number[] {
	const parts = VERSION.exec(version);
	if (!parts) throw new Problem(`package.json has the version "${version}", which is none.`);
	return parts.slice(1).map(Number);
}
