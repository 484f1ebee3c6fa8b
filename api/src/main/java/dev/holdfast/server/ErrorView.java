package dev.holdfast.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.Failure;

/** An error as it stands in answers. */
record ErrorView(@JsonProperty("class") String type, String message) {
    static ErrorView of(Failure failure) {
        return new ErrorView(failure.type(), failure.message());
    }
}
