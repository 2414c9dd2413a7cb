package dev.pathline.engine.data;

/**
 * What is in a file of decoded images.
 *
 * @param images those that could be decoded, mapped
 * @param rejected those that could not
 */
record CachedImages(ImageDataset images, Rejected rejected) {}
