package dev.pathline.engine.data.augment;

/** How large the images are that are varied. */
record ImageSize(int channels, int height, int width) {

    int plane() {
        return height * width;
    }

    int values() {
        return channels * plane();
    }
}
