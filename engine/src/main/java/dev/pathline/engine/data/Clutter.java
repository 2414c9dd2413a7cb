package dev.pathline.engine.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Names of what desktops, network storage and archives keep in people's folders for themselves. */
final class Clutter {

    /** In small letters. */
    private static final Set<String> NAMES = Set.of("@eadir", "@__thumb", "@recycle", "#recycle", "#snapshot",
            "@recently-snapshot", "@tmp", "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin",
            "system volume information", "lost+found", "icon\r");

    private Clutter() {}

    /** Returns whether a name is hidden or such a system's. */
    static boolean is(String name) {
        return name.startsWith(".") || NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Returns whether a part of a path is. */
    static boolean isIn(Path relative) {
        for (Path part : relative) {
            if (is(part.toString())) {
                return true;
            }
        }
        return false;
    }
}
