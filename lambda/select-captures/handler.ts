import { S3ObjectStore } from '../storage/object-store';
import { type SelectedWindow, selectWindow, type WindowRequest } from './window';

const store = new S3ObjectStore(process.env.CAPTURE_BUCKET ?? '');

export function handler(request: WindowRequest): Promise<SelectedWindow> {
  return selectWindow(store, process.env.VARIANT_PREFIX ?? '', request);
}
