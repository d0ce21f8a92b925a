/** The deadline of a wait outlives the sleep of its execution: n8n stores it, and the webhook method reads it back. */
import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { deadlineOf, rememberDeadline } from '../../nodes/Seedance/runtime/callbacks/sleepContext';

const DEADLINE = Date.UTC(2026, 0, 1);

/** n8n, as far as it stores the contexts of the nodes of an execution. */
class Execution {
	readonly contexts: Record<string, IDataObject> = {};

	falling(node: string): IExecuteFunctions {
		const context = (this.contexts[node] ??= {});
		const getContext = (type: string) => (type === 'node' ? context : {});
		return { getContext } as unknown as IExecuteFunctions;
	}

	called(node: string): IWebhookFunctions {
		const evaluateExpression = (expression: string, item: number) => {
			expect(item).toBe(0);
			const [, name = '', key = ''] =
				/^\{\{ \$node\[(".*")\]\.context\.(\w+) \}\}$/.exec(expression) ?? [];
			return this.contexts[JSON.parse(name) as string]![key];
		};
		const getNode = () => ({ name: node });
		return { getNode, evaluateExpression } as unknown as IWebhookFunctions;
	}
}

it.each(['Wait', 'Wait "for" it\\'])('of the node %s is known when a callback comes', (node) => {
	const execution = new Execution();
	rememberDeadline(execution.falling(node), DEADLINE);
	rememberDeadline(execution.falling('Another'), DEADLINE + 1);
	expect(deadlineOf(execution.called(node))).toBe(DEADLINE);
});

it('is Infinity where n8n has lost it, so that no callback is taken for one that is too late', () => {
	const execution = new Execution();
	expect(deadlineOf(execution.called('Wait'))).toBe(Infinity);
	execution.falling('Wait');
	expect(deadlineOf(execution.called('Wait'))).toBe(Infinity);
	execution.contexts.Wait = { deadline: 'tomorrow' };
	expect(deadlineOf(execution.called('Wait'))).toBe(Infinity);
});
