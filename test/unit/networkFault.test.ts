import { networkFault } from '../../nodes/Seedance/runtime/api/networkFault';

const secret = 'sk-live-1';
/** As axios makes them: the request, and so the key, is part of the error. */
const errorOf = (code: string | undefined) =>
	Object.assign(new Error(`connect ${code} ${secret}`), {
		code,
		config: { headers: { Authorization: `Bearer ${secret}` } },
	});
const fault = (error: unknown) => networkFault({ name: 'Seedance' }, error);

describe('a request without an answer', () => {
	it.each([
		['ECONNREFUSED', 'Seedance cannot be reached: nothing answers at its address', false],
		['ENOTFOUND', 'Seedance cannot be reached: its address was not found', false],
		[
			'EAI_AGAIN',
			'Seedance cannot be reached: the DNS server of this network does not answer',
			false,
		],
		['EHOSTUNREACH', 'Seedance cannot be reached: this network has no route to it', false],
		['ENETUNREACH', 'Seedance cannot be reached: this network has no route to it', false],
		...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'].map(
			(code) =>
				[
					code,
					'Seedance cannot be reached safely: its certificate or encryption was not accepted',
					false,
				] as const,
		),
		['ETIMEDOUT', 'Seedance did not answer in time', true],
		['ECONNABORTED', 'Seedance did not answer in time', true],
		['ECONNRESET', 'Seedance closed the connection before it answered', true],
		['EPIPE', 'Seedance closed the connection before it answered', true],
		['', 'Seedance closed the connection before it answered', true],
	] as const)('%s: %s', (code, message, ambiguous) => {
		for (const error of [errorOf(code), new Error('wrapped', { cause: errorOf(code) })]) {
			expect(fault(error)).toMatchObject({ message, ambiguous, transient: true });
		}
	});

	/** As Node makes them where a connection is not made in time, and n8n's client and n8n around them. */
	const connecting = (code: string) => Object.assign(errorOf(code), { syscall: 'connect' });
	const wrapped = (error: Error) =>
		new Error('by n8n', { cause: new Error('x', { cause: error }) });
	const many = (...errors: Error[]) =>
		Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' });

	it.each<[string, Error]>([
		['one address', connecting('ETIMEDOUT')],
		['one address, wrapped', wrapped(connecting('ETIMEDOUT'))],
		['each address of a host', many(connecting('ETIMEDOUT'), connecting('ENETUNREACH'))],
		['each address, wrapped', wrapped(many(connecting('ETIMEDOUT')))],
	])('a time-out before the connection was made was never sent: %s', (_, error) => {
		expect(fault(error)).toMatchObject({
			message: 'Seedance cannot be reached: nothing answers at its address in time',
			ambiguous: false,
			transient: true,
		});
	});

	it.each<[string, Error]>([
		["the client's own, after the request", errorOf('ETIMEDOUT')],
		['one while reading', Object.assign(errorOf('ETIMEDOUT'), { syscall: 'read' })],
		['a cut connection', Object.assign(errorOf('ECONNRESET'), { syscall: 'connect' })],
		[
			'one of several that did connect',
			many(connecting('ETIMEDOUT'), Object.assign(errorOf('ETIMEDOUT'), { syscall: 'read' })),
		],
		['several of nobody', many()],
	])('any other may have arrived: %s', (_, error) => {
		expect(fault(error)).toMatchObject({ ambiguous: true });
	});

	/** As n8n 1.123 wraps an error: its cause is lost, its code is the HTTP code, its message the first of a list. */
	const by1x = (httpCode: string, message: string) =>
		Object.assign(new Error('by n8n'), {
			cause: undefined,
			httpCode,
			messages: [message, message],
		});

	it.each([
		['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', 'nothing answers at its address', false],
		['ENOTFOUND', 'getaddrinfo ENOTFOUND a', 'its address was not found', false],
		[
			'ETIMEDOUT',
			'connect ETIMEDOUT 192.0.2.1:443',
			'nothing answers at its address in time',
			false,
		],
		[
			'ETIMEDOUT',
			'connect ETIMEDOUT 192.0.2.1:443 | connect ENETUNREACH 2001:db8::1:443',
			'nothing answers at its address in time',
			false,
		],
		['ETIMEDOUT', 'read ETIMEDOUT', 'did not answer in time', true],
		['ETIMEDOUT', 'connect ETIMEDOUT a | read ETIMEDOUT', 'did not answer in time', true],
		['ECONNABORTED', 'timeout of 60000ms exceeded', 'did not answer in time', true],
		['ECONNRESET', 'socket hang up', 'closed the connection', true],
		['500', 'odd', 'closed the connection', true],
	])('in n8n 1.x: %s, "%s"', (code, message, words, ambiguous) => {
		expect(fault(by1x(code, message))).toMatchObject({
			message: expect.stringContaining(words) as string,
			ambiguous,
		});
	});

	it.each([undefined, null, 'text', 7, {}, new Error('odd'), { cause: null }, { code: 5 }])(
		'thrown as %p is still a sentence',
		(error) => {
			expect(fault(error).message).toBe('Seedance closed the connection before it answered');
		},
	);

	it('never brings the key, nor a code that n8n would replace the message for', () => {
		const said = JSON.stringify(['ECONNREFUSED', 'ETIMEDOUT', 'X'].map((c) => fault(errorOf(c))));
		expect(said).not.toContain(secret);
		expect(said).not.toMatch(/ECONN|ETIMED|Authorization/);
	});
});
