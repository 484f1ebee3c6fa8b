package dev.holdfast.json;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Spells whole numbers as integers: to JSON 3, 3.0 and 3e0 are one number, to a parser they are not. Stateless. */
final class IntegralNumbers {
    /** The digits of a long; longer numbers stay as they are. */
    private static final int DIGITS_MAX = 19;

    private IntegralNumbers() {}

    /** Returns the same value; changes nodes in place. */
    static JsonNode in(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(member -> member.setValue(in(member.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, in(array.get(i)));
            }
        } else if (node.isBigDecimal()) {
            BigDecimal number = node.decimalValue().stripTrailingZeros();
            boolean whole = number.scale() <= 0 && (long) number.precision() - number.scale() <= DIGITS_MAX;
            return whole ? JsonNodeFactory.instance.numberNode(number.toBigIntegerExact()) : node;
        }
        return node;
    }
}
