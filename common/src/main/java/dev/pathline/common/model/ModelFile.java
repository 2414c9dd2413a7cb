package dev.pathline.common.model;

/**
 * One file of a registered model.
 *
 * @param path where it is in the model's folder, with forward slashes
 * @param bytes its size
 * @param sha256 the SHA-256 of its bytes, in hexadecimal
 */
public record ModelFile(String path, long bytes, String sha256) {

    /**
     * Checks the parts: a manifest may come from a bucket that others write to.
     *
     * @throws IllegalArgumentException if the path could leave the model's folder, or the hash is none
     */
    public ModelFile {
        ModelNames.requirePath(path);
        ModelNames.requireSha256(sha256);
        if (bytes < 0) {
            throw new IllegalArgumentException("the size of " + path + " is negative");
        }
    }
}
