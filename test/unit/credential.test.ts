import type { Outcome } from '../../nodes/Seedance/core/fault';
import { access } from '../../nodes/Seedance/providers/segmind/access';
import { readSettings, type Settings } from '../../nodes/Seedance/runtime/api/credential';

const good = { apiKey: 'sk-1', baseUrl: 'https://api.seedance.it.com/v1' };
const settings = (data: Record<string, unknown>): Outcome<Settings> =>
	readSettings({ ...good, ...data }, access);

describe('a credential', () => {
	it('needs no more than a key and an address', () => {
		expect(readSettings(good, access)).toMatchObject({
			ok: true,
			value: { ...good, webhookSecret: '', requestsPerMinute: 60, maxConcurrentJobs: 5 },
		});
	});

	it.each([
		['https://api.example.com/v1', 'https://api.example.com/v1'],
		['https://api.example.com/v1//', 'https://api.example.com/v1'],
		[' https://api.example.com ', 'https://api.example.com'],
		['http://localhost:3000/v1', 'http://localhost:3000/v1'],
		['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
		['http://127.8.9.1', 'http://127.8.9.1'],
		['http://[::1]:3000', 'http://[::1]:3000'],
		['HTTP://LOCALHOST:3000', 'HTTP://LOCALHOST:3000'],
		// This machine in other spellings: the client below reads them by the same rules.
		['http:\\\\localhost\\v1', 'http:\\\\localhost\\v1'],
		['http://127.0.0.1.', 'http://127.0.0.1.'],
		['http://2130706433', 'http://2130706433'],
		['http://0x7f.1', 'http://0x7f.1'],
	])('may lead to "%s"', (baseUrl, used) => {
		expect(settings({ baseUrl })).toMatchObject({ ok: true, value: { baseUrl: used } });
	});

	it.each([
		'http://api.seedance.it.com/v1',
		'http://192.168.0.5',
		'http://localhost.example.com',
		'http://127.0.0.1.example.com',
		'http://localhost@example.com',
		'http://localhost:3000@example.com',
		'http:\\\\example.com',
		'http:/example.com',
		'HTTP://example.com',
		'http://example.com#https://localhost',
		'http://example.com?https://localhost',
		'http://example.com/https://localhost',
		'http://localhost.',
		'http://localhost%2eexample.com',
		'http://127.0.0.1.example.com.',
		'http://128.0.0.1',
		'http://[::2]',
		'http://[::ffff:8.8.8.8]',
		'ht\ntp://example.com',
		'http://0.0.0.0',
		'ftp://localhost',
		'javascript:alert(1)',
		'api.seedance.it.com/v1',
		'/v1',
		'https://',
	])('may not send its key to "%s"', (baseUrl) => {
		expect(settings({ baseUrl })).toMatchObject({
			ok: false,
			fault: {
				message: 'The Base URL in the credential is not safe for an API key',
				hint: expect.stringContaining('https://') as string,
				transient: false,
			},
		});
	});

	it('has an address for each host of the provider, its own where the user has entered none', () => {
		const [base, upload] = ['https://api.seedance.it.com/v1', access.hosts.upload];
		expect(settings({})).toMatchObject({ value: { baseUrl: base, hosts: { base, upload } } });
		expect(settings({ uploadUrl: ' https://u.example.com/ ' })).toMatchObject({
			value: { hosts: { base, upload: 'https://u.example.com' } },
		});
		expect(settings({ baseUrl: ' ', uploadUrl: undefined })).toMatchObject({
			value: { baseUrl: access.hosts.base, hosts: access.hosts },
		});
	});

	it('has the address of an alias, unless the user has changed that of its host', () => {
		const old = 'https://old.segmind.example';
		const withAlias = { ...access, aliases: { old: { of: 'upload', address: old } } };
		const hostsWith = (data: object) => readSettings({ ...good, ...data }, withAlias);
		expect(hostsWith({})).toMatchObject({
			value: { hosts: { ...access.hosts, base: good.baseUrl, old } },
		});
		const uploadUrl = 'https://u.example.com';
		expect(hostsWith({ uploadUrl })).toMatchObject({ value: { hosts: { old: uploadUrl } } });
	});

	it('names the address that is not safe', () => {
		expect(settings({ uploadUrl: 'http://u.example.com' })).toMatchObject({
			fault: { message: 'The Upload URL in the credential is not safe for an API key' },
		});
	});

	it('has a webhook secret without what was pasted around it', () => {
		expect(settings({ webhookSecret: ' whsec_1\n' })).toMatchObject({
			value: { webhookSecret: 'whsec_1' },
		});
	});

	it.each<[string, unknown, string]>([
		['an empty key', { apiKey: '' }, 'API Key'],
		['a blank key', { apiKey: ' \n' }, 'API Key'],
		['no key', { apiKey: undefined }, 'API Key'],
	])('with %s says which field to fill in', (_, data, field) => {
		expect(settings(data as Record<string, unknown>)).toMatchObject({
			ok: false,
			fault: { message: `The credential has no ${field}` },
		});
	});

	it.each([undefined, null, 'text', 7, []])(
		'that is %p is a sentence, not an exception',
		(data) => {
			expect(readSettings(data, access)).toMatchObject({ ok: false });
		},
	);

	it.each([
		[30, 30],
		['30', 30],
		[0, 60],
		[-5, 60],
		[2.5, 60],
		['many', 60],
		['', 60],
		[null, 60],
		[Infinity, 60],
	])('with %p requests a minute keeps to %i', (requestsPerMinute, used) => {
		expect(settings({ requestsPerMinute })).toMatchObject({ value: { requestsPerMinute: used } });
	});

	it('trims the key, which is often pasted with a line break', () => {
		expect(settings({ apiKey: ' sk-1\n' })).toMatchObject({ value: { apiKey: 'sk-1' } });
	});
});
