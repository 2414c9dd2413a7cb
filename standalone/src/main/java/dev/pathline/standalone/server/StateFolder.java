package dev.pathline.standalone.server;

import java.nio.file.Path;

/** Where in its folder a server keeps what. */
public final class StateFolder {

    private StateFolder() {}

    /** Returns the file that the server of a folder holds. */
    static Path lock(Path folder) {
        return folder.resolve("lock");
    }

    /** Returns the file of the database. */
    public static Path database(Path folder) {
        return folder.resolve("jobs.db");
    }

    /** Returns the folder of images. */
    static Path images(Path folder) {
        return folder.resolve("images");
    }
}
