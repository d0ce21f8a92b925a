import {
	type ICredentialDataDecryptedObject,
	type ICredentials,
	ICredentialsHelper,
	type ICredentialsExpressionResolveValues,
	type ICredentialType,
	type IDataObject,
	type IExecuteData,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeProperties,
	type IRequestOptionsSimplified,
	type IWorkflowExecuteAdditionalData,
	NodeHelpers,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

export type CredentialClass = new () => ICredentialType;

/**
 * Credential data by credential type, e.g. `{ seedanceApi: { apiKey } }`. Where a workflow uses several credentials
 * of one type, `seedanceApi/Name` is the one called Name.
 */
export type CredentialData = Record<string, IDataObject>;

export const findCredential = (
	credentials: CredentialData,
	type: string,
	name?: string,
): IDataObject | undefined => credentials[`${type}/${name}`] ?? credentials[type];

/**
 * n8n's credentials helper with the data of the test in place of the database. Defaults, expressions in the data and
 * the `authenticate` block of the credential class work as they do in n8n.
 */
export class TestCredentialsHelper extends ICredentialsHelper {
	readonly #types: ReadonlyMap<string, ICredentialType>;
	readonly #data: CredentialData;

	constructor(types: ReadonlyMap<string, ICredentialType>, data: CredentialData) {
		super();
		this.#types = types;
		this.#data = data;
	}

	getParentTypes(name: string): string[] {
		return this.#types.get(name)?.extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	override async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const options = requestOptions as IHttpRequestOptions;
		const { authenticate } = this.#type(typeName);
		if (authenticate === undefined) return options;
		if (typeof authenticate === 'function') return await authenticate(credentials, options);
		if (workflow === undefined || node === undefined)
			throw new Error('A declarative `authenticate` needs the workflow and the node');

		const resolve = (value: string): string => {
			if (!value.startsWith('=')) return value;
			const keys = { $credentials: credentials };
			const resolved = workflow.expression.getSimpleParameterValue(
				node,
				value,
				'internal',
				keys,
				undefined,
				'',
			);
			return typeof resolved === 'string' ? resolved : String(resolved ?? '');
		};
		const target = options as unknown as Record<string, Record<string, string>>;
		for (const [part, values] of Object.entries(authenticate.properties)) {
			const section = (target[part] ??= {});
			for (const [key, value] of Object.entries(values as Record<string, string>))
				section[resolve(key)] = resolve(value);
		}
		return options;
	}

	/** Present, as in n8n: its presence makes `httpRequestWithAuthentication` send once more after a 401. */
	override async preAuthentication(
		_helpers: IHttpRequestHelper,
		_credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<undefined> {
		if (this.#type(typeName).preAuthentication !== undefined)
			throw new Error(`The engine harness has no preAuthentication, "${typeName}" uses it`);
		return await Promise.resolve(undefined);
	}

	override async runPreAuthentication(): Promise<undefined> {
		return await Promise.resolve(undefined);
	}

	getCredentials(): Promise<ICredentials> {
		throw new Error('The engine harness stores no encrypted credentials');
	}

	override async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		nodeCredentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		values?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = findCredential(this.#data, type, nodeCredentials.name);
		if (stored === undefined)
			throw new Error(
				`Credential "${nodeCredentials.name}" of type "${type}" was not given to the engine`,
			);
		if (raw === true) return { ...stored } as ICredentialDataDecryptedObject;
		const data = NodeHelpers.getNodeParameters(
			this.getCredentialsProperties(type),
			stored as Parameters<typeof NodeHelpers.getNodeParameters>[1],
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
		if (values === undefined) return await Promise.resolve(data);
		return values.workflow.expression.getParameterValue(
			data as Parameters<Workflow['expression']['getParameterValue']>[0],
			values.runExecutionData,
			values.runIndex,
			values.itemIndex,
			values.node.name,
			values.connectionInputData,
			mode,
			{},
			executeData,
		) as ICredentialDataDecryptedObject;
	}

	updateCredentials(): Promise<void> {
		throw new Error('The engine harness stores no credentials');
	}

	updateCredentialsOauthTokenData(): Promise<void> {
		throw new Error('The engine harness stores no credentials');
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.#type(type).properties;
	}

	#type(name: string): ICredentialType {
		const type = this.#types.get(name);
		if (type === undefined)
			throw new Error(`Credential type "${name}" was not given to the engine`);
		return type;
	}
}
