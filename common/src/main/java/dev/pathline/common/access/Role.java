package dev.pathline.common.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key may do. */
public enum Role {
    /** Makes images, sees its own jobs, and takes part in experiments. */
    GENERATE,
    /** Trains, and sees its own runs. */
    TRAIN,
    /** Everything, and sees what all keys have made. */
    ADMIN;

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the role of a name. */
    public static Optional<Role> named(String name) {
        return Arrays.stream(values()).filter(role -> role.wire().equals(name)).findFirst();
    }
}
