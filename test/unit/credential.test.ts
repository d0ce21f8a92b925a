import { runInNewContext } from 'node:vm';
import type { Access } from '../../nodes/Seedance/core/access';
import type { Outcome } from '../../nodes/Seedance/core/fault';
import { credentialProperties, mainAddress } from '../../nodes/Seedance/form/credential';
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

describe('the credential of a provider with regions', () => {
	const asia = { base: 'https://asia.example/api/v3', upload: 'https://up.asia.example' };
	const europe = { base: 'https://europe.example/api/v3', upload: 'https://up.europe.example' };
	const inRegions = {
		...access,
		hosts: asia,
		regions: [
			{ id: 'asia', name: 'Asia', hosts: asia },
			{ id: 'europe', name: 'Europe', hosts: europe },
		],
	} satisfies Access;
	const read = (data: Record<string, unknown>) =>
		readSettings({ apiKey: 'sk-1', ...data }, inRegions);

	it.each<[unknown, string, object]>([
		['asia', 'asia', asia],
		['europe', 'europe', europe],
		[undefined, 'asia', asia],
		['', 'asia', asia],
		['mars', 'asia', asia],
		[7, 'asia', asia],
		['constructor', 'asia', asia],
	])('in %p leads to the hosts of %s', (region, id, hosts) => {
		for (const empty of ['', ' ', undefined, null]) {
			expect(read({ region, baseUrl: empty, uploadUrl: empty })).toMatchObject({
				ok: true,
				value: { region: id, hosts, baseUrl: Object.values(hosts)[0] as string },
			});
		}
	});

	it('leads to an address of the user where there is one, whatever the region is', () => {
		const baseUrl = ' http://localhost:3000/ ';
		expect(read({ region: 'europe', baseUrl })).toMatchObject({
			value: {
				region: 'europe',
				baseUrl: 'http://localhost:3000',
				hosts: { base: 'http://localhost:3000', upload: europe.upload },
			},
		});
	});

	it('may not send its key to an address that is not safe', () => {
		expect(read({ region: 'europe', uploadUrl: 'http://u.example' })).toMatchObject({
			fault: { message: 'The Upload URL in the credential is not safe for an API key' },
		});
	});

	it('has no region where the provider has none, even if one is left over', () => {
		const alone = settings({ region: 'europe' });
		expect(alone.ok && alone.value.region).toBeUndefined();
	});

	describe('in the form', () => {
		const properties = credentialProperties(inRegions, { keyFrom: 'the console' });
		const property = (name: string) => properties.find((each) => each.name === name);

		it('offers the regions after the key, the default first', () => {
			expect(properties.map(({ name }) => name)).toEqual([
				'apiKey',
				'region',
				'baseUrl',
				'uploadUrl',
				'requestsPerMinute',
				'maxConcurrentJobs',
			]);
			expect(property('region')).toMatchObject({
				type: 'options',
				default: 'asia',
				options: [
					{ name: 'Asia', value: 'asia' },
					{ name: 'Europe', value: 'europe' },
				],
			});
		});

		it('leaves the addresses empty, so that the region decides', () => {
			for (const name of ['baseUrl', 'uploadUrl'])
				expect([property(name)!.default, property(name)!.required ?? false]).toEqual(['', false]);
			expect(property('baseUrl')!.placeholder).toBe(`e.g. ${asia.base}`);
		});

		it('has no such field for other providers, whose main address is filled in', () => {
			const others = credentialProperties(access, { keyFrom: 'the console' });
			expect(others.some(({ name }) => name === 'region')).toBe(false);
			expect(others.find(({ name }) => name === 'baseUrl')).toMatchObject({
				default: access.hosts.base,
				required: true,
			});
		});
	});

	describe('in the connection test', () => {
		/** As n8n does: an expression is JavaScript between double braces. */
		const addressIn = (of: Parameters<typeof mainAddress>[0], $credentials: object): unknown => {
			const [, code] = /^=\{\{(.*)\}\}$/s.exec(mainAddress(of))!;
			return runInNewContext(code!, { $credentials });
		};

		it.each<[object, string]>([
			[{ region: 'asia', baseUrl: '' }, asia.base],
			[{ region: 'europe', baseUrl: '' }, europe.base],
			[{ region: 'europe' }, europe.base],
			[{ region: 'mars', baseUrl: '' }, asia.base],
			[{}, asia.base],
			[{ region: 'europe', baseUrl: ' http://localhost:3000/v3// ' }, 'http://localhost:3000/v3'],
		])('%j is tested at %s', ($credentials, address) => {
			expect(addressIn(inRegions, $credentials)).toBe(address);
		});

		it('is the same that calls are made to', () => {
			for (const region of ['asia', 'europe', 'mars', ''])
				for (const baseUrl of ['', '  ', 'https://own.example/']) {
					const settings = read({ region, baseUrl });
					expect([region, baseUrl, addressIn(inRegions, { region, baseUrl })]).toEqual([
						region,
						baseUrl,
						settings.ok && settings.value.baseUrl,
					]);
				}
		});

		it('does without regions', () => {
			expect(addressIn(access, { baseUrl: '' })).toBe(access.hosts.base);
			expect(addressIn(access, { baseUrl: 'https://own.example/' })).toBe('https://own.example');
			expect(mainAddress(access)).not.toContain('region');
		});
	});
});
