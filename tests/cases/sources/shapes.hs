module Shapes
  ( Shape (..)
  , area
  , describe
  ) where

import qualified Data.Map as Map
import Data.List (sortOn)

-- | What can be drawn.
data Shape
  = Circle Double
  | Box Double Double
  deriving (Eq, Show)

area :: Shape -> Double
area (Circle r) = pi * r * r
area (Box w h) = w * h

describe :: Shape -> String
describe shape = case shape of
  Circle r -> "circle (" ++ show r ++ ")"
  Box w h
    | w == h -> "square"
    | otherwise -> "box"

isOpen :: Char -> Bool
isOpen c = c == '(' || c == '['

count :: [Shape] -> Map.Map String Int
count = foldr add Map.empty
  where
    add shape = Map.insertWith (+) (describe shape) 1

main :: IO ()
main = do
  let shapes = sortOn area [Circle 1, Box 2 3]
  mapM_ (putStrLn . describe) shapes
  print (sum (map area shapes))
