import { networkFault } from '../../nodes/Seedance/runtime/networkFault';

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
		['ENOTFOUND', 'Seedance cannot be reached: its address is not known to this network', false],
		[
			'EAI_AGAIN',
			'Seedance cannot be reached: the name service of this network does not answer',
			false,
		],
		['EHOSTUNREACH', 'Seedance cannot be reached: this network has no way to it', false],
		['ENETUNREACH', 'Seedance cannot be reached: this network has no way to it', false],
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
		['ECONNRESET', 'Seedance broke off the connection before it answered', true],
		['EPIPE', 'Seedance broke off the connection before it answered', true],
		['', 'Seedance broke off the connection before it answered', true],
	] as const)('%s: %s', (code, message, ambiguous) => {
		for (const error of [errorOf(code), new Error('wrapped', { cause: errorOf(code) })]) {
			expect(fault(error)).toMatchObject({ message, ambiguous, transient: true });
		}
	});

	it.each([undefined, null, 'text', 7, {}, new Error('odd'), { cause: null }, { code: 5 }])(
		'thrown as %p is still a sentence',
		(error) => {
			expect(fault(error).message).toBe('Seedance broke off the connection before it answered');
		},
	);

	it('never brings the key, nor a code that n8n would replace the message for', () => {
		const said = JSON.stringify(['ECONNREFUSED', 'ETIMEDOUT', 'X'].map((c) => fault(errorOf(c))));
		expect(said).not.toContain(secret);
		expect(said).not.toMatch(/ECONN|ETIMED|Authorization/);
	});
});
