import { median, type BenchResult } from '../bench/bench.ts';
import { renderDocument, renderResult } from '../bench/document.ts';

const result: BenchResult = {
	title: 'Speed',
	intro: 'How fast it is.',
	columns: ['', 'ours', 'theirs'],
	rows: [
		['a | b', '1 s', '2 s'],
		['c', '3 s', '4 s'],
	],
	targets: [
		{ what: 'Fast', target: '≤ 2 s', measured: '1 s', met: true },
		{ what: 'Small', target: '≤ 1 kB', measured: '2 kB', met: false },
	],
};

it('a result is its figures and its targets, and a missed one says so', () => {
	expect(renderResult(result)).toBe(
		[
			'## Speed',
			'',
			'How fast it is.',
			'',
			'|  | ours | theirs |',
			'| --- | --- | --- |',
			'| a \\| b | 1 s | 2 s |',
			'| c | 3 s | 4 s |',
			'',
			'| Target | wanted | measured |  |',
			'| --- | --- | --- | --- |',
			'| Fast | ≤ 2 s | 1 s | met |',
			'| Small | ≤ 1 kB | 2 kB | **missed** |',
		].join('\n'),
	);
});

it('a result without targets has one table', () => {
	expect(renderResult({ ...result, targets: [] })).not.toContain('Target');
});

it('the document says where and when it was measured, and has every result', () => {
	const machine = {
		date: '2026-11-21',
		cpu: 'Fast CPU',
		cores: 2,
		memoryGB: 24,
		node: '24.21.0',
		n8n: '2.40.7',
	};
	const text = renderDocument([result, { ...result, title: 'Size' }], machine);
	for (const part of ['2026-11-21', 'Fast CPU', '2 cores', '24 GB', '24.21.0', 'n8n 2.40.7'])
		expect(text).toContain(part);
	expect(text.match(/^## .*$/gm)).toEqual(['## Speed', '## Size']);
});

it('the median is the middle, or between the two in the middle', () => {
	expect(median([10, 9, 1])).toBe(9);
	expect(median([10, 4, 2, 1])).toBe(3);
	expect(() => median([])).toThrow('nothing');
});
