import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { alphabetical, choiceOf } from './choices';

export type Resource = 'account' | 'image' | 'video';

/** What one operation of a resource needs in the form. */
export interface ResourceOperation {
	resource: Resource;
	operation: string;
	/** The label of the choice. */
	name: string;
	/** How the operation is listed in the nodes panel. */
	action: string;
	description: string;
	properties: INodeProperties[];
}

const RESOURCES: Record<Resource, INodePropertyOptions> = {
	account: { name: 'Account', value: 'account' },
	image: { name: 'Image', value: 'image' },
	video: { name: 'Video', value: 'video' },
};

/** The form of a node with resources and operations: the two choices, then the fields of each operation. */
export function resourceProperties(operations: readonly ResourceOperation[]): INodeProperties[] {
	const names = Object.keys(RESOURCES) as Resource[];
	const offered = names.filter((each) => operations.some(({ resource }) => resource === each));
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			noDataExpression: true,
			...choiceOf(
				offered.map((resource) => RESOURCES[resource]),
				'video',
			),
		},
		...offered.map((resource) =>
			operationProperty(
				resource,
				operations.filter((each) => each.resource === resource),
			),
		),
		...operations.flatMap((each) => each.properties.map((property) => shownFor(each, property))),
	];
}

/** The first operation is the default. n8n wants the choices in alphabetical order. */
function operationProperty(
	resource: Resource,
	operations: readonly ResourceOperation[],
): INodeProperties {
	const choices = operations.map(({ name, operation, action, description }) => ({
		name,
		value: operation,
		action,
		description,
	}));
	return {
		displayName: 'Operation',
		name: 'operation',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		...choiceOf(
			alphabetical(choices, ({ name }) => name),
			operations[0]?.operation,
		),
	};
}

function shownFor(
	{ resource, operation }: ResourceOperation,
	property: INodeProperties,
): INodeProperties {
	const { show, ...others } = property.displayOptions ?? {};
	return {
		...property,
		displayOptions: {
			show: { resource: [resource], operation: [operation], ...show },
			...others,
		},
	};
}
