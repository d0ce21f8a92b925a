import type { Capabilities } from './model';
import type { Reader } from './parameters';
import type { FieldName, FieldValues, ImageInput } from './request';

export type Image = NonNullable<Capabilities['image']>;

/** What a model's row says about each field. Every model has the fields that are `true`. */
export interface FieldCapabilities extends Required<Omit<Capabilities, 'image' | 'conflicts'>> {
	imageInput: Image;
	imageUrl: Image;
	imageBinaryField: Image;
	metadata: true;
	callbackUrl: true;
}

/** A field that a user fills in. */
export interface RequestField<Name extends FieldName> {
	/** In the form and in error messages. */
	label: string;
	/** Where it is: in the form itself, under Options, or in the form with one choice of After Submit only. */
	section: 'form' | 'options' | 'afterSubmit';
	/** The capability; undefined if the model does not have the field. */
	of(can: Capabilities): FieldCapabilities[Name] | undefined;
	reader(capability: FieldCapabilities[Name]): Reader<FieldValues[Name]>;
	/** If the field exists only with one kind of image input: that kind. */
	onlyWith?(capability: FieldCapabilities[Name]): ImageInput | undefined;
}
