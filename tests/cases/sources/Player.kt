package game

import kotlin.math.max

/** Somebody who plays. */
data class Player(val name: String, var points: Int = 0)

sealed interface Move {
    data class Step(val by: Int) : Move
    object Rest : Move
}

class Round(private val players: List<Player>) {
    private val log = mutableListOf<String>()

    val best: Player?
        get() = players.maxByOrNull { it.points }

    fun play(player: Player, move: Move): Int {
        require(player in players) { "${player.name} does not play" }
        when (move) {
            is Move.Step -> player.points += move.by
            Move.Rest -> player.points = max(0, player.points - 1)
        }
        log += "${player.name}: ${player.points}"
        return player.points
    }

    fun names(sign: Char = '('): String {
        return players
            .filter { it.points > 0 }
            .joinToString(prefix = sign.toString()) { it.name }
    }

    companion object {
        fun of(vararg names: String): Round {
            return Round(names.map { Player(it) })
        }
    }
}
