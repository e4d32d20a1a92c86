import { requiredText } from '../environment/required';
import { S3ObjectStore } from '../storage/object-store';
import { type SelectedWindow, selectWindow, type WindowRequest } from './window';

const store = new S3ObjectStore(requiredText('CAPTURE_BUCKET'));
const variantPrefix = requiredText('VARIANT_PREFIX');

export function handler(request: WindowRequest): Promise<SelectedWindow> {
  return selectWindow(store, variantPrefix, request);
}
