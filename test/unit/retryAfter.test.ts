import { readRetryAfter } from '../../nodes/Seedance/core/retryAfter';

const now = Date.UTC(2026, 3, 10, 14, 30, 0);

it.each<[string, unknown, number | undefined]>([
	['whole seconds', '7', 7_000],
	['broken seconds', '1.5', 1_500],
	['hundredths of a second', '1.25', 1_250],
	['blanks around the number', ' 7 ', 7_000],
	['zero', '0', 0],
	['a date to come', 'Fri, 10 Apr 2026 14:30:20 GMT', 20_000],
	['a date that begins with a number', '10 Apr 2026 14:30:20 GMT', 20_000],
	['a date that ends with a number', 'Fri, 10 Apr 2026 14:30:20 +0000', 20_000],
	['a date that has passed', 'Fri, 10 Apr 2026 14:29:00 GMT', 0],
	['more than an hour, which is cut', '86400', 3_600_000],
	['a date in a year, which is cut', 'Sat, 10 Apr 2027 14:30:00 GMT', 3_600_000],
	['nothing', undefined, undefined],
	['an empty text', ' ', undefined],
	['a word', 'soon', undefined],
	['several headers', ['7', '8'], undefined],
])('Retry-After with %s', (_, header, ms) => {
	expect(readRetryAfter(header, now)).toBe(ms);
});
