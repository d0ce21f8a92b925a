import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../core/fault';
import { affordableSeconds } from '../core/price';
import type { Balance, Provider } from '../core/provider';
import { chosenProvider } from '../runtime/items/chosenProvider';
import { emit, readOutputOptions, readParameter } from '../runtime/items/output';
import { retry, TRANSIENT } from '../runtime/api/retry';
import { openSession } from '../runtime/api/session';

/** Get Credits: reads the balance once per run. Every item gets it, compared with its own minimum. */
export async function getCredits(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const provider = chosenProvider(ctx);
	const balance = await askForBalance(ctx, provider);
	const results = ctx.getInputData().map((_, index) => {
		const output = balance.ok ? creditsOf(ctx, provider, balance.value, index) : balance;
		return output.ok ? { json: output.value } : output;
	});
	return emit(ctx, results, readOutputOptions({}));
}

async function askForBalance(
	ctx: IExecuteFunctions,
	provider: Provider,
): Promise<Outcome<Balance>> {
	const session = await openSession(ctx, provider);
	if (!session.ok) return session;
	const { credits } = provider;
	if (!credits) return failure(inputFault(`${provider.name} offers no way to read the balance`));
	const { value } = session;
	return await retry(() => value.call('account', credits, undefined), TRANSIENT, value);
}

function creditsOf(
	ctx: IExecuteFunctions,
	provider: Provider,
	balance: Balance,
	itemIndex: number,
): Outcome<IDataObject> {
	const raw = readParameter(ctx, 'minimumCredits', itemIndex);
	if (!raw.ok) return raw;
	const minimum = Number(raw.value ?? 0);
	if (!Number.isFinite(minimum) || minimum < 0) {
		return failure(
			inputFault(
				`Minimum Credits: "${String(raw.value)}" is not possible. Allowed: a number from 0.`,
			),
		);
	}
	const seconds = provider.models.flatMap((model) => {
		const affordable = affordableSeconds(model, balance.credits);
		return affordable === undefined ? [] : [[model.id, affordable]];
	});
	return success({
		provider: provider.id,
		...balance,
		belowMinimum: balance.credits < minimum,
		affordableSeconds: Object.fromEntries(seconds) as IDataObject,
	});
}
