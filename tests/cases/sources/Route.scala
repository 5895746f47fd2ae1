package travel

import scala.collection.mutable

/** A way from one town to another. */
final case class Route(from: String, to: String, miles: Int)

object Route {
  val Bracket: Char = '('

  def parse(line: String): Option[Route] = {
    line.split(",").map(_.trim) match {
      case Array(from, to, miles) if miles.forall(_.isDigit) =>
        Some(Route(from, to, miles.toInt))
      case _ =>
        None
    }
  }
}

class Atlas(routes: Seq[Route]) {
  private val seen = mutable.Set.empty[String]

  def reach(town: String): Int = {
    val found = routes.filter(_.from == town)
    for (route <- found if !seen(route.to)) {
      seen += route.to
    }
    found.map { route =>
      route.miles
    }.sum
  }

  def describe(town: String): String = {
    if (seen.contains(town)) {
      s"$town was seen"
    } else {
      s"$town is new (${routes.size})"
    }
  }
}
