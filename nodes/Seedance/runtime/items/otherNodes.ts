import type { NodeTypeAndVersion } from 'n8n-workflow';

// What the other nodes of the workflow do. In a package for one provider, one node has all operations.

type OtherNode = Pick<NodeTypeAndVersion, 'type' | 'parameters'>;

/** Whether the node makes jobs that call back a Wait for Webhook. */
export const isCalledBack = ({ type, parameters }: OtherNode): boolean =>
	/\.seedance(Generate(Video|Image))?$/.test(type) && parameters?.afterSubmit === 'resume';

/** Whether the node is a Wait for Webhook. */
export const isWaitForWebhook = ({ type, parameters }: OtherNode): boolean =>
	/\.seedanceWaitForWebhook$/.test(type) ||
	(/\.seedance$/.test(type) && parameters?.operation === 'wait');
