package dev.pathline.common.port;

import java.util.Set;

/** Somebody who uses models: unfinished jobs, running experiments. What they use is not removed. */
public interface ModelReferences {

    /** Returns the versions in use, each as {@code name@version}. */
    Set<String> inUse();
}
