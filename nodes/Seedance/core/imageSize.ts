// The one place that imports image-size: the build bundles this file.
export { imageSize } from 'image-size';
