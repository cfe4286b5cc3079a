-- Comments of every kind, everywhere; with ; and ' and " and ` in them
# hash comment; it's one
/* block; it's one */ /**/ /***/ /* * / */
CREATE /* in ; it's */ TABLE -- to the end; "
  comments # another; `
  (id INT PRIMARY KEY /* ; */, v INT, -- ' ;
   w INT /* multi
   line ; '
   comment */);
--
--	tab; after
INSERT INTO comments VALUES (1, 5--1, 5-- comment; '
 - 1), (2, 1 --2, 3#4
 ), (3, 10 / 2 /* */ * 3, 7 */* c */ 2);
INSERT INTO comments VALUES (4, 8-/* x */-1, 6/*y*//2); -- trailing; it's
INSERT INTO comments VALUES (5, 1, 2); # trailing; "
INSERT INTO comments VALUES (6, 1, 2); /* trailing; ` */ INSERT INTO comments VALUES (7, 1, 2);
/* before */ INSERT INTO comments VALUES (8, 1, 2) /* after */ ; -- last
INSERT INTO comments VALUES (9, 1, 2)
-- between the statement and its delimiter; it's
;
/*M! not for MySQL; it's */
INSERT INTO comments VALUES (10, 1, 2);
/* the end; */
-- the very end;
